import type { WorkflowDocument } from '../asl.ts';
import { ENDINGS, catchAll, removal, sequence } from '../document.ts';

/** From a project in any state to nothing, with a certificate that says so. */
export const remove: WorkflowDocument = {
  Comment: 'Deletes a project.',
  TimeoutSeconds: 55 * 60,
  StartAt: 'RetractRoute',
  States: {
    ...removal('remove', 0, '', 'Certify'),
    ...sequence('remove', 8, [{ step: 'certify' }], 'Done', catchAll('Stuck')),
    ...ENDINGS,
  },
};
