import type { Step } from '../step.ts';

export const startDatabase: Step = {
  title: 'Start the database',
  async run({ stack, ports }) {
    if ((await ports.databases.state(stack)) !== 'available') await ports.databases.start(stack);
  },
};
