import type { Step } from '../step.ts';

export const retireOthers: Step = {
  title: 'End the stack that was replaced',
  async run({ stack, ports }) {
    await ports.compute.retireOthers(stack);
  },
};
