import { publishFunctions } from '../../core/functions/publish-functions.ts';
import { type Step, secretOf } from '../step.ts';

export const deployStack: Step = {
  title: 'Start the services',
  async run(context) {
    if (context.stack.template.services.includes('functions'))
      await publishFunctions(context.stack.ref, context.ports);
    await context.ports.compute.deploy(context.stack, await secretOf(context));
  },
};
