import type { Step } from '../step.ts';

export const stopDatabase: Step = {
  title: 'Stop the database',
  async run({ stack, ports }) {
    const state = await ports.databases.state(stack);
    if (state !== 'stopped' && state !== 'stopping') await ports.databases.stop(stack);
  },
};
