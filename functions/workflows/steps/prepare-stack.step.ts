import type { Step } from '../step.ts';

export const prepareStack: Step = {
  title: 'Prepare storage and services',
  async run({ stack, ports }) {
    await ports.objects.prepare(stack);
    await ports.compute.prepare(stack);
  },
};
