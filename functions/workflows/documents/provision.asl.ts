import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, catchAll, removal, sequence, sideBySide } from '../document.ts';

const undo = catchAll('UndoRetractRoute');

/** From nothing to a running project; whatever fails on the way, nothing is left but the reason. */
export const provision: WorkflowDocument = {
  Comment: 'Creates a project.',
  TimeoutSeconds: 55 * 60,
  StartAt: 'CreateSecrets',
  States: {
    ...sequence(
      'provision',
      0,
      [{ step: 'create-secrets' }, { step: 'clear-branch' }],
      'BuildDatabaseAndStack',
      undo,
    ),
    ...sideBySide(
      'provision',
      2,
      'BuildDatabaseAndStack',
      [
        [
          { step: 'copy-database' },
          { step: 'create-database' },
          { step: 'await-database' },
          { step: 'bootstrap-database' },
          { step: 'configure-database' },
        ],
        [{ step: 'prepare-stack' }],
      ],
      { next: 'CopyFiles', failed: 'UndoRetractRoute' },
    ),
    ...sequence(
      'provision',
      8,
      [
        { step: 'copy-files' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'migrate-branch' },
        { step: 'publish-route' },
        { state: 'Activate', step: 'settle', event: 'provisioned' },
      ],
      'Notify',
      undo,
    ),
    // A mail that can't be sent is no reason to take the project down again.
    ...sequence('provision', 14, [{ step: 'notify' }], 'CatchUp', catchAll('CatchUp')),
    ...sequence('provision', 15, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    ...removal('provision', 20, 'Undo', 'RecordFailure'),
    ...sequence(
      'provision',
      28,
      [{ state: 'RecordFailure', step: 'settle', event: 'provision_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: {
      Type: 'Fail',
      Error: 'ProvisionFailed',
      Cause: 'The project could not be created; nothing is left of it.',
    },
    ...ENDINGS,
  },
};
