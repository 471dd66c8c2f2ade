import type { Step } from '../step.ts';

export const deleteStack: Step = {
  title: 'Delete the services',
  async run({ stack, ports }) {
    await ports.compute.delete(stack);
  },
};
