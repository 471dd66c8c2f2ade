import { reviseBranch } from '../../core/branches/branch.ts';
import { failureOf } from '../../core/branches/runs.ts';
import type { Step } from '../step.ts';

export const endRun: Step = {
  title: 'Record how it ended',
  async run({ input, ports }) {
    const failure = failureOf(await ports.projects.events(input.ref, input.execution));
    const ended = await reviseBranch(input, { ...failure, run: null }, [], ports);
    // A branch that is gone, or changed so often that the next attempt has to.
    if (!ended.ok && ended.error.code === 'conflict') throw new Error(ended.error.message);
  },
};
