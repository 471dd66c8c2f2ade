import type { Step } from '../step.ts';

export const deleteObjects: Step = {
  title: 'Delete the stored files',
  async run({ stack, ports }) {
    await ports.objects.delete(stack);
  },
};
