import type { Step } from '../step.ts';

export const createDatabase: Step = {
  title: 'Create the database',
  async run({ stack, ports }) {
    if ((await ports.databases.state(stack)) === 'absent') await ports.databases.create(stack);
  },
};
