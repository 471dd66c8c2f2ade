import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, PortError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { cursorAfter } from '../kernel/table-page.ts';
import type { Item, Table } from '../kernel/table.port.ts';

const auditRecordSchema = z.object({
  action: z.string(),
  subject: z.string(),
  at: z.string(),
  actor: z.object({
    user: z.string(),
    email: z.string(),
    token: z.string().optional(),
    ip: z.string(),
    request_id: z.string(),
  }),
  details: z.record(z.string(), z.json()),
});

type AuditRecord = z.infer<typeof auditRecordSchema>;

export interface AuditQuery {
  readonly action?: string;
  /** A user's id, or an address. */
  readonly actor?: string;
  /** Both included. */
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly cursor?: string;
}

export interface AuditPage {
  readonly events: readonly AuditRecord[];
  readonly cursor: string | null;
}

const PREFIX = 'AUDIT#';

/** A page of the table, and how many of them one answer may be sought in. */
const PAGE = 500;
const MOST_PAGES = 4;

/** The newest first. A page may be short, even empty, and yet have a next one: so much was looked through. */
export async function readAudit(
  partition: string,
  query: AuditQuery,
  { table, clock }: { readonly table: Table; readonly clock: Clock },
): Promise<Result<AuditPage, DomainError>> {
  const { from = new Date(0), to = clock.now() } = query;
  const oldest = `${PREFIX}${from.toISOString()}`;
  const events: AuditRecord[] = [];
  let cursor = query.cursor ?? cursorAfter(`${PREFIX}${to.toISOString()}~`);
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await pageOf(table, partition, cursor);
    if (page === undefined)
      return fail('validation_failed', 'query.cursor: not one of this list', BAD_CURSOR);
    for (const item of page.items) {
      if (item.sk < oldest) return ok({ events, cursor: null });
      cursor = cursorAfter(item.sk);
      const record = auditRecordSchema.parse(item.data);
      if (matches(record, query)) events.push(record);
      if (events.length === query.limit) return ok({ events, cursor });
    }
    if (page.cursor === undefined) return ok({ events, cursor: null });
  }
  return ok({ events, cursor });
}

const BAD_CURSOR = { field: 'query.cursor', suggestion: 'Start again from the first page.' };

async function pageOf(
  table: Table,
  pk: string,
  cursor: string,
): Promise<{ readonly items: readonly Item[]; readonly cursor?: string } | undefined> {
  try {
    return await table.query({ pk, prefix: PREFIX, limit: PAGE, reverse: true, cursor });
  } catch (error) {
    if (error instanceof PortError) return undefined;
    throw error;
  }
}

function matches({ action, actor: by }: AuditRecord, query: AuditQuery): boolean {
  const { actor } = query;
  if (query.action !== undefined && action !== query.action) return false;
  return actor === undefined || by.user === actor || by.email.toLowerCase() === actor.toLowerCase();
}
