import type { WorkflowDocument } from '../asl.ts';
import { catchAll, revival, sequence } from '../document.ts';

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
        { step: 'upgrade-database' },
        { step: 'configure-database' },
        { step: 'deploy-stack' },
        { step: 'await-healthy' },
        { step: 'publish-route' },
      ],
      'RetireOthers',
      catchAll('UndoRetractRoute'),
    ),
    ...revival('resume', 7, { failed: 'The project could not be restored.', undoing: 'RecordFailure' }),
  },
};
