import { reviseBranch } from '../../core/database/branches/branch.ts';
import { parentOf } from '../../core/project/branch.ts';
import type { Step } from '../step.ts';

/** A branch that is being reset begins anew; one that is new has nothing to clear. Once this is done, it is not again. */
export const clearBranch: Step = {
  title: 'Clear what a reset branch has held',
  async run({ project, stack, ports }) {
    const { value } = project;
    if (parentOf(value) === undefined || value.branch?.status !== 'CREATING_PROJECT') return;
    await ports.compute.stop(stack);
    await ports.databases.delete(stack);
    await ports.objects.delete(stack);
    await reviseBranch(value, { status: 'RUNNING_MIGRATIONS' }, [], ports);
  },
};
