import { z } from 'zod';
import type { CellId } from '../kernel/ids.ts';
import type { Table, Versioned } from '../kernel/table.port.ts';
import type { LogWindow } from './edge-log.port.ts';

const instant = z.iso.datetime().transform((text) => new Date(text));

/** How far the log of an edge has been read. */
const cursorSchema = z.object({
  /** What is older was read when no line of then could come any more. */
  settled: instant,
  /** What is older has been read once. */
  read: instant,
  /** A window that is being read, since when, and its next page. */
  open: z.object({ from: instant, to: instant, since: instant, page: z.string() }).nullable(),
});

export type EdgeCursor = Readonly<z.infer<typeof cursorSchema>>;

/** A window that is to be read, and which page of it. */
export interface NextRead extends LogWindow {
  readonly since: Date;
  readonly page: string | undefined;
}

/** How late CloudWatch Logs may still show a line. What is younger is read again; what was counted is known. */
const LATE_MS = 2 * 60_000;

/** So that a page's token is used long before it expires, which is after a day. */
const LONGEST_WINDOW_MS = 10 * 60_000;

/** Of a log that nobody has read yet. */
export const cursorAt = (now: Date): EdgeCursor => ({ settled: now, read: now, open: null });

/** What is to be read next to know all until then; undefined: nothing. */
export function nextRead({ settled, read, open }: EdgeCursor, until: Date, now: Date): NextRead | undefined {
  if (open !== null) return open;
  if (read >= until) return undefined;
  const end = Math.min(settled.getTime() + LONGEST_WINDOW_MS, until.getTime());
  return { from: settled, to: new Date(end), since: now, page: undefined };
}

/** The cursor when that has been read and counted. */
export function cursorAfter(cursor: EdgeCursor, done: NextRead, next: string | undefined): EdgeCursor {
  const { from, to, since } = done;
  if (next !== undefined) return { ...cursor, open: { from, to, since, page: next } };
  const settled = Math.max(cursor.settled.getTime(), Math.min(to.getTime(), since.getTime() - LATE_MS));
  return { settled: new Date(settled), read: to, open: null };
}

const keyOf = (cell: CellId) => ({ pk: 'EDGE_LOGS', sk: cell });

export async function readCursor(cell: CellId, table: Table): Promise<Versioned<EdgeCursor> | undefined> {
  const item = await table.get(keyOf(cell));
  return item && { value: cursorSchema.parse(item.data), version: item.version };
}

/** Its new version; undefined: somebody else reads this log. */
export async function saveCursor(
  cell: CellId,
  { settled, read, open }: EdgeCursor,
  version: number | undefined,
  table: Table,
): Promise<number | undefined> {
  const data = {
    settled: settled.toISOString(),
    read: read.toISOString(),
    open: open && {
      from: open.from.toISOString(),
      to: open.to.toISOString(),
      since: open.since.toISOString(),
      page: open.page,
    },
  };
  const condition = version === undefined ? 'absent' : { version };
  const written = await table.write([{ kind: 'put', if: condition, item: { ...keyOf(cell), data } }]);
  return written.ok ? (version ?? 0) + 1 : undefined;
}
