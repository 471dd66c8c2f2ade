import type { Sql } from '../../database/sql.ts';
import { describeError, type Log } from '../../server/log.ts';
import { type Caller, type CallerSessions, refusalOf } from '../rights/caller-sessions.ts';
import { changeJson, failureJson } from './change-json.ts';
import type { ColumnTypes, Form } from './column-types.ts';
import type { Entries, Entry, Subscriber } from './entry.ts';
import type { FilterJudge } from './filter-judge.ts';
import type { Relation } from './pgoutput.ts';
import { type RowChange, valueIn } from './row-change.ts';
import { readTable, type Table } from './table.ts';
import { unknownColumns, visibleRows } from './visibility.ts';

const NO_KEY = 'Error 400: Bad Request, no primary key';
const NO_RIGHT = 'Error 401: Unauthorized';
const POLICY_FAILED = 'Error 500: Internal Server Error, RLS policy evaluation failed';

/** Callers whose rights are asked for at the same time. */
const AT_A_TIME = 4;

/** What one subscriber is told of a change. */
export interface Verdict {
  readonly subscriber: Subscriber;
  readonly ids: readonly number[];
  readonly json: string;
}

export interface JudgeParts {
  readonly sql: Sql;
  readonly sessions: CallerSessions;
  readonly types: ColumnTypes;
  readonly filters: FilterJudge;
  readonly entries: Entries;
  readonly log: Log;
}

/** Changes of one table that are judged together. */
interface Case {
  readonly table: Table;
  readonly relation: Relation;
  readonly changes: readonly RowChange[];
  readonly formOf: (type: number) => Form;
  /** Those who want each change and whose filters it passes. */
  readonly wanting: ReadonlyMap<RowChange, readonly Entry[]>;
}

/** Who is told what of the changes, each with what it is about as it is now. */
export async function judge(
  changes: readonly RowChange[],
  parts: JudgeParts,
): Promise<ReadonlyMap<RowChange, readonly Verdict[]>> {
  const byTable = Map.groupBy(changes, ({ relation }) => relation);
  const judged = await Promise.all(
    Array.from(byTable, ([relation, own]) => judgeTable(relation, own, parts)),
  );
  return new Map(judged.flatMap((verdicts) => [...verdicts]));
}

async function judgeTable(
  relation: Relation,
  changes: readonly RowChange[],
  parts: JudgeParts,
): Promise<ReadonlyMap<RowChange, readonly Verdict[]>> {
  const entries = parts.entries.of(relation.schema, relation.table);
  if (entries.length === 0) return new Map();
  const roles = [...new Set(entries.map(({ subscriber }) => subscriber.caller.role))];
  const [table, formOf] = await Promise.all([
    readTable(parts.sql, relation.oid, roles),
    parts.types.of(relation.columns.map(({ type }) => type)),
  ]);
  if (table === undefined) return new Map();
  const passes = await passesFilters({ table, relation, changes }, entries, parts.filters);
  const wanting = new Map(
    changes.map((change) => [
      change,
      entries.filter(
        (entry) => (entry.event === '*' || entry.event === change.type) && passes(entry, change),
      ),
    ]),
  );
  return tell({ table, relation, changes, formOf, wanting }, parts);
}

/** Each filter is applied once, however many have it. */
async function passesFilters(
  { table, relation, changes }: Pick<Case, 'table' | 'relation' | 'changes'>,
  entries: readonly Entry[],
  judgeOf: FilterJudge,
): Promise<(entry: Entry, change: RowChange) => boolean> {
  const distinct = new Map(
    entries.flatMap(({ filters, subscriber }) =>
      filters.map((filter) => [filter.key, { filter, caller: subscriber.caller }] as const),
    ),
  );
  const passing = new Map(
    await Promise.all(
      Array.from(distinct, async ([key, { filter, caller }]) => {
        const column = table.columns.find(({ name }) => name === filter.column);
        const at = relation.columns.findIndex(({ name }) => name === filter.column);
        if (column === undefined || at < 0) return [key, new Set<RowChange>()] as const;
        const values = changes.map((change) => valueIn(change, at));
        const verdicts = await judgeOf.passing(filter, column, values, caller);
        return [key, new Set(changes.filter((_, index) => verdicts[index]))] as const;
      }),
    ),
  );
  // A column that may not be read is not told of by what passes either.
  return ({ filters, subscriber }, change) =>
    filters.every(
      ({ key, column }) =>
        passing.get(key)?.has(change) && table.selectable.get(subscriber.caller.role)?.has(column),
    );
}

async function tell(
  given: Case,
  { sessions, log }: Pick<JudgeParts, 'sessions' | 'log'>,
): Promise<ReadonlyMap<RowChange, readonly Verdict[]>> {
  const { table, relation, changes, wanting } = given;
  const unknown = unknownColumns(table, relation, changes);
  const needsLook = table.hasRowSecurity || unknown.length > 0;
  const primary = table.columns.filter(({ isPrimary }) => isPrimary).map(({ name }) => name);
  const told = new Map(changes.map((change) => [change, new Messages(change, given)]));

  // As many at a time as there are connections: nobody waits in vain for one.
  const callers = byCaller(wanting).values();
  const judgeSome = async () => {
    for (const { caller, own } of callers) {
      const ownOf = (change: RowChange) => own.get(change) ?? [];
      const fail = (change: RowChange, error: string) => told.get(change)?.fail(ownOf(change), error);
      const wanted = changes.filter((change) => own.has(change));
      const gone = wanted.filter(({ row }) => row === undefined);
      const there = wanted.filter(({ row }) => row !== undefined);
      for (const change of gone) told.get(change)?.tell(ownOf(change), caller, NOTHING);

      const selectable = table.selectable.get(caller.role);
      const problem =
        primary.length === 0 ? NO_KEY : primary.every((name) => selectable?.has(name)) ? undefined : NO_RIGHT;
      if (problem !== undefined) for (const change of there) fail(change, problem);
      if (problem !== undefined || there.length === 0) continue;
      try {
        const seen = needsLook
          ? await visibleRows(sessions, caller, { table, relation, changes: there }, unknown)
          : undefined;
        for (const change of there) {
          const rest = seen?.get(change);
          if (rest !== undefined || !table.hasRowSecurity)
            told.get(change)?.tell(ownOf(change), caller, rest ?? NOTHING);
        }
      } catch (error) {
        if (refusalOf(error) === undefined) throw error;
        log('warn', 'a policy could not be applied', describeError(error));
        for (const change of there) fail(change, POLICY_FAILED);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, judgeSome));
  return new Map(Array.from(told, ([change, messages]) => [change, messages.verdicts]));
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Those who want each change, apart by whose rights decide. */
function byCaller(wanting: Case['wanting']) {
  const callers = new Map<string, { readonly caller: Caller; readonly own: Map<RowChange, Entry[]> }>();
  for (const [change, entries] of wanting)
    for (const entry of entries) {
      const { caller } = entry.subscriber;
      const known = callers.get(caller.key) ?? { caller, own: new Map<RowChange, Entry[]>() };
      callers.set(caller.key, known);
      const own = known.own.get(change);
      if (own === undefined) known.own.set(change, [entry]);
      else own.push(entry);
    }
  return callers;
}

/** What is told of one change: encoded once for all who are told the same columns. */
class Messages {
  readonly verdicts: Verdict[] = [];
  readonly #change: RowChange;
  readonly #case: Case;
  readonly #encoded = new Map<string, string>();

  constructor(change: RowChange, given: Case) {
    this.#change = change;
    this.#case = given;
  }

  tell(entries: readonly Entry[], { role }: Caller, rest: ReadonlyMap<string, string>): void {
    const { table, formOf } = this.#case;
    for (const [select, own] of Map.groupBy(entries, (entry) => entry.select?.join('\0'))) {
      const [first] = own;
      const chosen = first?.select && new Set(first.select);
      const tells = (column: string) =>
        table.selectable.get(role)?.has(column) === true &&
        (chosen?.has(column) !== false ||
          table.columns.some(({ name, isPrimary }) => isPrimary && name === column));
      const key = JSON.stringify([role, select]);
      const json = this.#encoded.get(key) ?? changeJson(this.#change, { table, formOf, tells, rest });
      this.#encoded.set(key, json);
      this.#add(own, json);
    }
  }

  fail(entries: readonly Entry[], error: string): void {
    this.#add(entries, failureJson(this.#change, error));
  }

  #add(entries: readonly Entry[], json: string): void {
    for (const [subscriber, own] of Map.groupBy(entries, (entry) => entry.subscriber))
      this.verdicts.push({ subscriber, ids: [...new Set(own.map(({ id }) => id))], json });
  }
}
