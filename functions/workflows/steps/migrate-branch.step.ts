import { migrateNewBranch } from '../../core/database/branches/carry.ts';
import type { Step } from '../step.ts';

export const migrateBranch: Step = {
  title: 'Apply the migrations of the project it branches from',
  async run({ project, ports }) {
    await migrateNewBranch(project.value, ports);
  },
};
