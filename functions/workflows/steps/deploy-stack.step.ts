import { publishFunctions } from '../../core/functions/publish-functions.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import { newProjectSecret } from '../../core/project/project-secret.ts';
import type { Step, StepContext } from '../step.ts';

export const deployStack: Step = {
  title: 'Start the services',
  async run(context) {
    if (context.stack.template.services.includes('functions'))
      await publishFunctions(context.stack.ref, context.ports);
    await context.ports.compute.deploy(context.stack, await secretFor(context));
  },
};

/**
 * A project whose secret was lost gets another one. Its database takes it first: whoever dies in between leaves the
 * secret absent, so that all this is done once more.
 */
async function secretFor({ input, stack, ports }: StepContext): Promise<ProjectSecret> {
  const kept = await ports.secrets.read(input.ref);
  if (kept !== undefined) return kept;
  const secret = newProjectSecret(input.ref, { now: ports.clock.now(), random: ports.random });
  await ports.databases.bootstrap(stack, secret);
  return ports.secrets.create(stack, secret);
}
