import type { Step } from '../step.ts';

export const createDatabase: Step = {
  title: 'Create the database',
  async run({ stack, ports }) {
    // A creation that was cut short may have left it made and stopped: creating again does the rest.
    if ((await ports.databases.state(stack)) !== 'available') await ports.databases.create(stack);
  },
};
