import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, STUCK, catchAll, sequence } from '../document.ts';

/** Brings up the next stack beside the one that serves, and lets it take over only when it is healthy. */
export const redeploy: WorkflowDocument = {
  Comment: 'Replaces the running stack of a project.',
  TimeoutSeconds: 55 * 60,
  StartAt: 'StartDatabase',
  States: {
    ...sequence(
      'redeploy',
      0,
      [
        { step: 'start-database' },
        { step: 'await-database' },
        { step: 'upgrade-database' },
        { step: 'configure-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
      ],
      'RetireOthers',
      catchAll('RollBack'),
    ),
    // The new stack serves already: one that can't be retired now is no reason to go back, and is retired later.
    ...sequence(
      'redeploy',
      7,
      [{ step: 'retire-others' }, { state: 'Activate', step: 'settle', event: 'redeployed' }],
      'CatchUp',
      catchAll('Stuck'),
    ),
    ...sequence('redeploy', 9, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    ...sequence(
      'redeploy',
      10,
      [{ step: 'roll-back' }, { state: 'RecordFailure', step: 'settle', event: 'rolled_back' }],
      'CatchUpAfterFailure',
      catchAll('Stuck'),
    ),
    ...sequence(
      'redeploy',
      12,
      [{ state: 'CatchUpAfterFailure', step: 'catch-up' }],
      'Failed',
      catchAll('Failed'),
    ),
    Failed: {
      Type: 'Fail',
      Error: 'RolledBack',
      Cause: 'The new stack did not become healthy; the old one serves on.',
    },
    Stuck: STUCK,
    ...ENDINGS,
  },
};
