import type { Step } from '../step.ts';

export const stopDatabase: Step = {
  title: 'Stop the database',
  async run({ stack, ports }) {
    // One that is stopping may have been left half-way by a step that died: stopping again does the rest.
    if ((await ports.databases.state(stack)) !== 'stopped') await ports.databases.stop(stack);
  },
};
