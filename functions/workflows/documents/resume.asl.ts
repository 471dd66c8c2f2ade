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
        { step: 'configure-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
      ],
      'RetireOthers',
      catchAll('UndoRetractRoute'),
    ),
    // It serves already; a stack of older settings that can't be retired now is no reason to put it back to rest.
    ...sequence(
      'resume',
      6,
      [{ step: 'retire-others' }, { state: 'Activate', step: 'settle', event: 'restored' }],
      'CatchUp',
      catchAll('Stuck'),
    ),
    ...sequence('resume', 8, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    ...sequence(
      'resume',
      9,
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
      12,
      [{ state: 'RecordFailure', step: 'settle', event: 'restore_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: { Type: 'Fail', Error: 'RestoreFailed', Cause: 'The project could not be restored.' },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
