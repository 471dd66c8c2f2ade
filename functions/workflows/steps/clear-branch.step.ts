import { reviseBranch } from '../../core/branches/branch.ts';
import { parentOf } from '../../core/project/branch.ts';
import { NotReady, type Step } from '../step.ts';

/** A branch that is being reset begins anew; one that is new has nothing to clear. */
export const clearBranch: Step = {
  title: 'Clear what a reset branch has held',
  // Once it is done, it is not done again: the new database must stay.
  concerns: (project) => parentOf(project) !== undefined && project.branch?.status === 'CREATING_PROJECT',
  async run({ project, stack, ports }) {
    await ports.compute.stop(stack);
    await ports.databases.delete(stack);
    // A cluster goes in minutes, and what is still there would be taken for the new one.
    if ((await ports.databases.state(stack)) !== 'absent')
      throw new NotReady('the database is being deleted');
    await ports.objects.delete(stack);
    await reviseBranch(project.value, { status: 'RUNNING_MIGRATIONS' }, [], ports);
  },
};
