import { NotReady, type Step } from '../step.ts';

export const awaitStopped: Step = {
  title: 'Wait until the database has stopped',
  async run({ stack, ports }) {
    const state = await ports.databases.state(stack);
    if (state !== 'stopped') throw new NotReady(`the database is ${state}`);
  },
};
