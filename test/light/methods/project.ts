import type { Caller } from '../../database/callers.ts';
import { type RunningProject, startProject } from '../running-project.ts';

/** A project in which every method has something to work on. */
export function startMethodProject(caller: Caller): Promise<RunningProject> {
  return startProject(caller, { PGRST_DB_SCHEMAS: 'public,store' });
}
