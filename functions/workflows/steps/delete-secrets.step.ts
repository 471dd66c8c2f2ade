import type { Step } from '../step.ts';

export const deleteSecrets: Step = {
  title: 'Delete keys and passwords',
  async run({ input, ports }) {
    await ports.secrets.delete(input.ref);
  },
};
