import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { PoolClient } from 'pg';

/** A request for the plan of a statement instead of its rows. */
export interface PlanWish {
  readonly explain: string;
  readonly format: 'json' | 'text';
  readonly contentType: string;
}

const PLAN = /^\s*application\/vnd\.pgrst\.plan(?:\+(text|json))?\s*(?:;([^,]*))?/i;
const OPTIONS = ['analyze', 'verbose', 'settings', 'buffers', 'wal'];

/** `application/vnd.pgrst.plan+json; for="application/json"; options=analyze|buffers` */
export function planWishOf(accept: string | null): PlanWish | undefined {
  const [match, asked = 'text', parameters = ''] = PLAN.exec(accept ?? '') ?? [];
  if (match === undefined) return undefined;
  const format = asked.toLowerCase() === 'json' ? 'json' : 'text';
  const [, listed = ''] = /options=([a-z|]*)/i.exec(parameters) ?? [];
  const [, target = 'application/json'] = /for="([\w.+/; =-]*)"/i.exec(parameters) ?? [];
  const options = OPTIONS.filter((option) => listed.toLowerCase().split('|').includes(option));
  const note = options.length === 0 ? '' : `; options=${options.join('|')}`;
  return {
    explain: `explain (${[`format ${format}`, ...options].join(', ')})`,
    format,
    contentType: `application/vnd.pgrst.plan+${format}; for="${target}"${note}; charset=utf-8`,
  };
}

/** Explains the statement that is the request's own, and tells that all others found nothing. */
export class PlanConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #wish: PlanWish;
  readonly #onPlan: (plan: string) => void;
  readonly #isOwn: (query: CompiledQuery) => boolean;

  constructor(
    client: PoolClient,
    wish: PlanWish,
    { isOwn, onPlan }: { isOwn: (query: CompiledQuery) => boolean; onPlan: (plan: string) => void },
  ) {
    this.#client = client;
    this.#wish = wish;
    this.#isOwn = isOwn;
    this.#onPlan = onPlan;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isOwn(query)) {
      const { explain, format } = this.#wish;
      const text = `${explain} ${query.sql}`;
      const { rows } = await this.#client.query<{ 'QUERY PLAN': unknown }>(text, [...query.parameters]);
      const lines = rows.map((row) => row['QUERY PLAN']);
      this.#onPlan(format === 'json' ? JSON.stringify(lines[0]) : lines.join('\n'));
    }
    return { rows: [] };
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Plans are not streamed.');
  }
}
