import type { Step } from '../step.ts';

export const rollBack: Step = {
  title: 'Return to the stack that served before',
  async run({ stack, ports }) {
    const before = { ...stack, generation: stack.generation - 1 };
    await ports.compute.promote(before);
    await ports.routes.publish(before);
    await ports.compute.retire(stack);
  },
};
