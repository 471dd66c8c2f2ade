import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

/** Gives a branch what its project has, or the project what the branch has; the projects run on meanwhile. */
export const carry: WorkflowDocument = {
  Comment: 'Pushes to a branch or merges it.',
  TimeoutSeconds: 55 * 60,
  StartAt: 'CarryMigrations',
  States: {
    ...sequence(
      'carry',
      0,
      [{ step: 'carry-migrations' }, { step: 'carry-functions' }],
      'EndRun',
      catchAll('EndRun'),
    ),
    ...sequence('carry', 2, [{ step: 'end-run' }], 'Done', catchAll('Stuck')),
    Stuck: STUCK,
    ...ENDINGS,
  },
};
