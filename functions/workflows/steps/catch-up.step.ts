import { catchUp as replaceLaggingStack } from '../../core/project/catch-up.ts';
import type { Step } from '../step.ts';

export const catchUp: Step = {
  title: 'Look whether settings were changed meanwhile',
  async run({ input, ports }) {
    await replaceLaggingStack(input.ref, ports);
  },
};
