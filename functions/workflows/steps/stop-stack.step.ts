import type { Step } from '../step.ts';

export const stopStack: Step = {
  title: 'Stop the services',
  async run({ stack, ports }) {
    await ports.compute.stop(stack);
  },
};
