import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

/** Wakes a paused project. One that can't be woken is put back to rest, so that it costs nothing meanwhile. */
export const resume: WorkflowDocument = {
  Comment: 'Restores a paused project.',
  TimeoutSeconds: 55 * 60,
  StartAt: 'StartDatabase',
  States: {
    ...sequence(
      'resume',
      0,
      [
        { step: 'start-database' },
        { step: 'await-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
        { state: 'Activate', step: 'settle', event: 'restored' },
      ],
      'Done',
      catchAll('UndoRetractRoute'),
    ),
    ...sequence(
      'resume',
      6,
      [
        { state: 'UndoRetractRoute', step: 'retract-route' },
        { state: 'UndoStopStack', step: 'stop-stack' },
        { state: 'UndoStopDatabase', step: 'stop-database' },
      ],
      'RecordFailure',
      catchAll('RecordFailure'),
    ),
    ...sequence(
      'resume',
      9,
      [{ state: 'RecordFailure', step: 'settle', event: 'restore_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: { Type: 'Fail', Error: 'RestoreFailed', Cause: 'The project could not be restored.' },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
