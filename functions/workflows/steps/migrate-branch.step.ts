import { migrateNewBranch } from '../../core/database/branches/carry.ts';
import { parentOf } from '../../core/project/branch.ts';
import type { Step } from '../step.ts';

export const migrateBranch: Step = {
  title: 'Apply the migrations of the project it branches from',
  concerns: (project) => parentOf(project) !== undefined,
  async run({ project, ports }) {
    await migrateNewBranch(project.value, ports);
  },
};
