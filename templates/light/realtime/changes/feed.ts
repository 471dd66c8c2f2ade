import type { SqlPool } from '../../database/sql.ts';
import { describeError, type Log } from '../../server/log.ts';
import type { ChangeFeed, ChangesWanted, Claims, Deliver, Subscribed } from '../ports.ts';
import { type CallerSessions, callerOf } from '../rights/caller-sessions.ts';
import { ColumnTypes } from './column-types.ts';
import { untilSeen } from './committed.ts';
import { Entries, type Entry, type Subscriber } from './entry.ts';
import { FilterJudge } from './filter-judge.ts';
import { judge } from './judge.ts';
import type { Replication } from './replication.ts';
import type { RowChange } from './row-change.ts';
import { judgeWish } from './wishes.ts';

/** Changes that wait to be judged before the server is made to wait. */
const MOST_WAITING = 5000;

/** Small transactions that have come meanwhile are judged together, up to about so many changes. */
const TOGETHER = 500;

export interface FeedParts {
  /** As `authenticator`, for the catalogue. */
  readonly sql: SqlPool;
  readonly sessions: CallerSessions;
  readonly replication: Replication;
  readonly log: Log;
}

/** Changes of rows for those who want them and may see them, in the order of their commits. */
export class Feed implements ChangeFeed {
  readonly #parts: FeedParts;
  readonly #entries = new Entries();
  readonly #open = new Set<Subscriber>();
  readonly #types: ColumnTypes;
  readonly #filters: FilterJudge;
  readonly #waiting: (readonly RowChange[])[] = [];
  #behind = 0;
  #subscriptions = 0;
  #working: Promise<void> | undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#types = new ColumnTypes(parts.sql);
    this.#filters = new FilterJudge(parts.sessions, parts.log);
  }

  concerns(schema: string, table: string): boolean {
    return this.#entries.concern(schema, table);
  }

  forgetTypes(): void {
    this.#types.forget();
  }

  take(changes: readonly RowChange[]): void {
    this.#waiting.push(changes);
    this.#behind += changes.length;
    if (this.#behind > MOST_WAITING) this.#parts.replication.throttle(true);
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async subscribe(wanted: readonly ChangesWanted[], claims: Claims, deliver: Deliver): Promise<Subscribed> {
    const subscriber: Subscriber = { caller: callerOf(claims), deliver };
    const entries: Entry[] = [];
    for (const each of wanted) {
      const wish = await judgeWish(each, subscriber.caller, this.#parts);
      if (!wish.ok) return wish;
      entries.push({ ...wish, id: each.id, event: each.event, subscriber });
    }
    const use = this.#parts.replication.use();
    if (!(await use.ready)) {
      use.end();
      throw new Error('The stream of changes has not begun in time.');
    }
    this.#open.add(subscriber);
    for (const entry of entries) this.#entries.add(entry);
    this.#subscriptions += entries.length;
    return {
      ok: true,
      subscription: {
        changeClaims: (renewed) => {
          subscriber.caller = callerOf(renewed);
        },
        close: () => {
          if (!this.#open.delete(subscriber)) return;
          for (const entry of entries) this.#entries.remove(entry);
          this.#subscriptions -= entries.length;
          use.end();
        },
      },
    };
  }

  following() {
    return { clients: this.#open.size, subscriptions: this.#subscriptions };
  }

  onGap(listen: () => void): void {
    this.#parts.replication.onGap(listen);
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let changes = this.#next(); changes.length > 0; changes = this.#next()) {
      try {
        await this.#tell(changes);
      } catch (error) {
        this.#parts.log('error', 'changes could not be told', describeError(error));
        this.#parts.replication.missed();
      }
      this.#behind -= changes.length;
      if (this.#behind <= MOST_WAITING / 2) this.#parts.replication.throttle(false);
    }
  }

  #next(): readonly RowChange[] {
    const changes: RowChange[] = [];
    while (changes.length < TOGETHER) {
      const batch = this.#waiting.shift();
      if (batch === undefined) break;
      changes.push(...batch);
    }
    return changes;
  }

  async #tell(changes: readonly RowChange[]): Promise<void> {
    await untilSeen(this.#parts.sql, [...new Set(changes.map(({ transaction }) => transaction))]);
    const verdicts = await judge(changes, {
      ...this.#parts,
      types: this.#types,
      filters: this.#filters,
      entries: this.#entries,
    });
    for (const change of changes)
      for (const { subscriber, ids, json } of verdicts.get(change) ?? [])
        if (this.#open.has(subscriber)) subscriber.deliver(ids, json);
  }
}
