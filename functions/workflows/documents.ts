import type { WorkflowName } from '../core/project/workflows.port.ts';
import type { WorkflowDocument } from './asl.ts';
import { carry } from './documents/carry.asl.ts';
import { pause } from './documents/pause.asl.ts';
import { provision } from './documents/provision.asl.ts';
import { recover } from './documents/recover.asl.ts';
import { redeploy } from './documents/redeploy.asl.ts';
import { remove } from './documents/remove.asl.ts';
import { resume } from './documents/resume.asl.ts';

export const DOCUMENTS: Record<WorkflowName, WorkflowDocument> = {
  provision,
  pause,
  resume,
  recover,
  redeploy,
  remove,
  carry,
};
