import type { Step } from '../step.ts';

export const publishRoute: Step = {
  title: 'Open the project’s address',
  async run({ stack, ports }) {
    await ports.compute.promote(stack);
    await ports.routes.publish(stack);
  },
};
