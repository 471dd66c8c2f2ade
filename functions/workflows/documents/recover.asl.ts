import type { WorkflowDocument } from '../asl.ts';
import { catchAll, revival, sequence } from '../document.ts';

/** Puts a project's database back to how it was. Where that fails the data is as it was before, and at rest. */
export const recover: WorkflowDocument = {
  Comment: 'Restores a backup of a project.',
  TimeoutSeconds: 55 * 60,
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
    // What serves still must not be taken for stopped.
    ...revival('recover', 10, { failed: 'The backup could not be restored.', undoing: 'Stuck' }),
  },
};
