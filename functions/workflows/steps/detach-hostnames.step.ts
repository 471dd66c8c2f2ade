import type { Step } from '../step.ts';

export const detachHostnames: Step = {
  title: 'Give up the project’s other names',
  async run({ stack, ports }) {
    await ports.hostnames.detachAll(stack);
    await ports.hostnameStore.releaseAll(stack.ref);
  },
};
