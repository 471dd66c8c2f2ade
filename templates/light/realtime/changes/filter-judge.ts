import { describeError, type Log } from '../../server/log.ts';
import type { Caller, CallerSessions } from '../rights/caller-sessions.ts';
import { conditionOf, exactCondition } from './condition.ts';
import type { Filter } from './filter.ts';
import type { TableColumn } from './table.ts';

/** Texts of filters' values as Postgres writes them; more than this are forgotten and asked for again. */
const MOST_KNOWN = 10_000;

/** Whether values pass filters: by their texts where these tell, else by a comparison in Postgres. */
export class FilterJudge {
  readonly #sessions: CallerSessions;
  readonly #log: Log;
  readonly #known = new Map<string, Promise<readonly (string | null)[]>>();

  constructor(sessions: CallerSessions, log: Log) {
    this.#sessions = sessions;
    this.#log = log;
  }

  /** For each of the values; one that is unknown passes nothing. */
  async passing(
    filter: Filter,
    column: TableColumn,
    values: readonly (string | null | undefined)[],
    caller: Caller,
  ): Promise<readonly boolean[]> {
    try {
      const exact = exactCondition(filter, column, await this.#textsOf(filter, column, caller));
      if (exact !== undefined) return values.map((value) => value !== undefined && exact(value));
      const condition = conditionOf(filter, column, 'k.v', '$2');
      const rows = await this.#sessions.read(caller, {
        text: `select k.n::int4 as n from unnest($1::text[]) with ordinality as k (v, n) where ${condition}`,
        values: [values.map((value) => value ?? null), ...(filter.operator === 'is' ? [] : [filter.value])],
      });
      const passing = new Set(rows.map((row) => row['n']));
      return values.map((value, at) => value !== undefined && passing.has(at + 1));
    } catch (error) {
      this.#log('warn', 'a filter could not be applied', describeError(error));
      return values.map(() => false);
    }
  }

  /** The values of the filter as Postgres writes values of the column. */
  #textsOf(
    { operator, value }: Filter,
    column: TableColumn,
    caller: Caller,
  ): Promise<readonly (string | null)[]> {
    if (!column.isExact || operator === 'is') return Promise.resolve([]);
    const key = JSON.stringify([column.sqlType, operator === 'in', value]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const texts = this.#sessions
      .read(caller, {
        // As its output function has it, like the log; a cast to text may be another one.
        text: `select case when each is not null then format('%s', each) end as text
          from unnest(${operator === 'in' ? `$1::${column.sqlArray}` : `array[$1::${column.sqlType}]`}) as each`,
        values: [value],
      })
      .then((rows) => rows.map(({ text }) => (typeof text === 'string' ? text : null)));
    texts.catch(() => this.#known.delete(key));
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, texts);
    return texts;
  }
}
