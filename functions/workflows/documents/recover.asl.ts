import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

/** Puts a project's database back to how it was. Where that fails the data is as it was before, and at rest. */
export const recover: WorkflowDocument = {
  Comment: 'Restores a backup of a project.',
  TimeoutSeconds: 110 * 60,
  StartAt: 'RetractRoute',
  States: {
    ...sequence(
      'recover',
      0,
      [{ step: 'retract-route' }, { step: 'stop-stack' }],
      'RecoverDatabase',
      catchAll('Stuck'),
    ),
    ...sequence(
      'recover',
      2,
      [
        { step: 'recover-database' },
        { step: 'start-database' },
        { step: 'await-database' },
        // Passwords may have been changed since the backup.
        { step: 'bootstrap-database' },
        { step: 'configure-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
      ],
      'RetireOthers',
      catchAll('UndoRetractRoute'),
    ),
    ...sequence(
      'recover',
      10,
      [{ step: 'retire-others' }, { state: 'Activate', step: 'settle', event: 'restored' }],
      'CatchUp',
      catchAll('Stuck'),
    ),
    ...sequence('recover', 12, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    ...sequence(
      'recover',
      13,
      [
        { state: 'UndoRetractRoute', step: 'retract-route' },
        { state: 'UndoStopStack', step: 'stop-stack' },
        { state: 'UndoStopDatabase', step: 'stop-database' },
      ],
      'RecordFailure',
      // What serves still must not be taken for stopped.
      catchAll('Stuck'),
    ),
    ...sequence(
      'recover',
      16,
      [{ state: 'RecordFailure', step: 'settle', event: 'restore_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: { Type: 'Fail', Error: 'RestoreFailed', Cause: 'The backup could not be restored.' },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
