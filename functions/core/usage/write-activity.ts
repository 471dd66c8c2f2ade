import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { type Activity, activityKey, laterOf, storedActivity } from '../project/activity.ts';
import type { ProjectStore } from '../project/project-store.ts';

/** Adds to what is known of a project's use. False: the project has changed meanwhile. */
export async function writeActivity(
  ref: ProjectRef,
  noted: Activity,
  { table, projects }: { readonly table: Table; readonly projects: ProjectStore },
): Promise<boolean> {
  const project = await projects.find(ref);
  // Nothing is to be left of a project that was deleted.
  if (project === undefined) return true;
  const data = { ...laterOf(await storedActivity(ref, table), noted) };
  const item = { ...activityKey(ref), data };
  const written = await table.write([
    { kind: 'put', item, if: 'any' },
    { kind: 'check', key: projects.keyOf(ref), if: { version: project.version } },
  ]);
  return written.ok;
}
