import type { Step } from '../step.ts';

export const deleteDatabase: Step = {
  title: 'Delete the database',
  async run({ stack, ports }) {
    await ports.databases.delete(stack);
  },
};
