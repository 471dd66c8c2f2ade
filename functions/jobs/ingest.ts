import { TransientError } from '../core/kernel/errors.ts';
import type { CellId } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { type CountLinesPorts, countEdgeLines } from '../core/usage/count-edge-lines.ts';
import { cursorAfter, cursorAt, nextRead, readCursor, saveCursor } from '../core/usage/edge-cursor.ts';
import { readEdgeLines } from '../core/usage/edge-line.ts';
import type { EdgeLog } from '../core/usage/edge-log.port.ts';

export interface IngestPorts extends CountLinesPorts, Pick<ProjectPorts, 'log'> {
  readonly edgeLogs: ReadonlyMap<CellId, EdgeLog>;
}

/**
 * Of each cell in one run: as many as CloudWatch Logs gives in half a minute, at ten a second. A page has 1 MB, which
 * is some 2,000 lines.
 */
export const MOST_PAGES = 240;

/**
 * Reads on in the log of each cell's edge and counts what is in it. It goes on where it was, wherever that was left off,
 * and what it reads twice is counted once. `behind`: is told how many milliseconds of a log are still to be read.
 */
export async function ingest(ports: IngestPorts, behind: (milliseconds: number) => void): Promise<void> {
  const until = ports.clock.now();
  const results = await Promise.all(
    Array.from(ports.edgeLogs, async ([cell, log]) => {
      const failure = await readOn(cell, log, until, ports).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      if (failure) ports.log.error('could not read the log of an edge', failure.error, { cell });
      const cursor = await readCursor(cell, ports.table);
      if (cursor !== undefined) behind(Math.max(0, until.getTime() - cursor.value.read.getTime()));
      return failure === undefined;
    }),
  );
  // The others are counted. Whoever started this starts it again.
  if (results.includes(false)) throw new TransientError('The logs of some cells could not be read.');
}

async function readOn(cell: CellId, log: EdgeLog, until: Date, ports: IngestPorts): Promise<void> {
  const { table, clock } = ports;
  const known = await readCursor(cell, table);
  let version = known?.version ?? (await saveCursor(cell, cursorAt(until), undefined, table));
  let cursor = known?.value ?? cursorAt(until);
  let unreadable = 0;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const wanted = nextRead(cursor, until, clock.now());
    // Without a version another run has taken over.
    if (wanted === undefined || version === undefined) break;
    const page = await log.read(wanted, wanted.page);
    const read = readEdgeLines(page.lines, cursor.read);
    await countEdgeLines(cell, read.counted, ports);
    unreadable += read.unreadable;
    cursor = cursorAfter(cursor, wanted, page.next);
    version = await saveCursor(cell, cursor, version, table);
  }
  // What they say is not repeated here: nobody knows what that is.
  if (unreadable > 0) {
    const cause = `${unreadable} lines are nothing that an edge writes`;
    ports.log.error('lines of the log of an edge could not be read', cause, { cell });
  }
}
