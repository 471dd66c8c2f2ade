import { type Step, secretOf } from '../step.ts';

export const deployStack: Step = {
  title: 'Start the services',
  async run(context) {
    await context.ports.compute.deploy(context.stack, await secretOf(context));
  },
};
