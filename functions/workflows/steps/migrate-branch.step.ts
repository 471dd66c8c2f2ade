import { copyFunctions, migrateNewBranch } from '../../core/branches/carry.ts';
import { parentOf } from '../../core/project/branch.ts';
import type { Step } from '../step.ts';

export const migrateBranch: Step = {
  title: 'Take over migrations and functions of the project it branches from',
  concerns: (project) => parentOf(project) !== undefined,
  async run({ input, project, ports }) {
    await migrateNewBranch(project.value, ports);
    const copied = await copyFunctions(project.value, input.execution, ports);
    if (!copied.ok) ports.log.error('a branch has not all functions of its project', copied.error);
  },
};
