import { type Step, secretOf } from '../step.ts';

export const bootstrapDatabase: Step = {
  title: 'Set up roles and schemas',
  async run(context) {
    await context.ports.databases.bootstrap(context.stack, await secretOf(context));
  },
};
