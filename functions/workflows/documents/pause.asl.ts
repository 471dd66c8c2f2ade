import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

/** Stops what costs money and keeps the data. */
export const pause: WorkflowDocument = {
  Comment: 'Pauses a project.',
  TimeoutSeconds: 40 * 60,
  StartAt: 'RetractRoute',
  States: {
    ...sequence(
      'pause',
      0,
      [
        { step: 'retract-route' },
        { step: 'stop-stack' },
        { step: 'stop-database' },
        { step: 'await-stopped' },
        { state: 'MarkInactive', step: 'settle', event: 'paused' },
      ],
      'Done',
      catchAll('RecordFailure'),
    ),
    ...sequence(
      'pause',
      5,
      [{ state: 'RecordFailure', step: 'settle', event: 'pause_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: { Type: 'Fail', Error: 'PauseFailed', Cause: 'The project could not be paused.' },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
