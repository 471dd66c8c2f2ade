import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

const failed = catchAll('RecordFailure');

/** Stops what costs money and keeps the data. A project that was taken for idle and is not runs on. */
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
        {
          step: 'confirm-idle',
          catch: [{ ErrorEquals: ['InUse'], ResultPath: null, Next: 'RunOn' }, ...failed],
        },
        { step: 'stop-stack' },
        { step: 'stop-database' },
        { step: 'await-stopped' },
        { state: 'MarkInactive', step: 'settle', event: 'paused' },
      ],
      'Done',
      failed,
    ),
    ...sequence(
      'pause',
      6,
      [{ state: 'RecordFailure', step: 'settle', event: 'pause_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    // As a restore would, because its processes may have been lost since: where they run there is nothing to do.
    ...sequence(
      'pause',
      7,
      [
        { state: 'RunOn', step: 'start-database' },
        { step: 'await-database' },
        { step: 'upgrade-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
        { state: 'Withdraw', step: 'settle', event: 'pause_withdrawn' },
      ],
      'CatchUp',
      catchAll('Stuck'),
    ),
    ...sequence('pause', 14, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    Failed: { Type: 'Fail', Error: 'PauseFailed', Cause: 'The project could not be paused.' },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
