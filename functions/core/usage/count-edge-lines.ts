import { atOnce } from '../kernel/at-once.ts';
import { TransientError } from '../kernel/errors.ts';
import type { CellId, ProjectRef } from '../kernel/ids.ts';
import { type Activity, lastUse, storedActivity } from '../project/activity.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { type CountedLine, activityIn, eventOf } from './edge-line.ts';
import { type RecordPorts, recordEvents } from './record-usage.ts';
import { writeActivity } from './write-activity.ts';

export type CountLinesPorts = RecordPorts & Pick<ProjectPorts, 'projects'>;

/** Projects that are counted at the same time. */
const AT_ONCE = 8;

/** Idle times are counted in days: to write each minute's use down would cost more than to count it. */
const WORTH_WRITING_MS = 5 * 60_000;

/** Each failed attempt means that the project has changed, which it does a few times in a workflow. */
const ATTEMPTS = 5;

/** Counts lines for the projects that they are of, however often they come. */
export async function countEdgeLines(
  cell: CellId,
  lines: readonly CountedLine[],
  ports: CountLinesPorts,
): Promise<void> {
  const byProject = Map.groupBy(lines, ({ ref }) => ref);
  await atOnce(byProject, AT_ONCE, async ([ref, own]) => {
    if (!(await wasEver(ref, ports))) return;
    await recordEvents(ref, `edge/${cell}`, own.map(eventOf), ports);
    await noteUse(ref, activityIn(own), ports);
  });
}

/** Anybody may ask for an address that has the form of one. Of a project that is gone the last lines still come. */
async function wasEver(ref: ProjectRef, { projects }: CountLinesPorts): Promise<boolean> {
  return (await projects.find(ref)) !== undefined || (await projects.certificate(ref)) !== undefined;
}

async function noteUse(ref: ProjectRef, noted: Activity, ports: CountLinesPorts): Promise<void> {
  const use = lastUse(noted);
  if (use === undefined) return;
  const known = lastUse(await storedActivity(ref, ports.table));
  if (known !== undefined && Date.parse(use.at) - Date.parse(known.at) < WORTH_WRITING_MS) return;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) if (await writeActivity(ref, noted, ports)) return;
  throw new TransientError(`The project ${ref} changes too often for its use to be noted.`);
}
