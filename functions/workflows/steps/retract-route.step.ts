import type { Step } from '../step.ts';

export const retractRoute: Step = {
  title: 'Close the project’s address',
  async run({ stack, ports }) {
    await ports.routes.retract(stack);
  },
};
