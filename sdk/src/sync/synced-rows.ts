import { REALTIME_SUBSCRIBE_STATES, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import { Observed } from '../state/observed.ts';

export interface RowsWanted<Row> {
  readonly table: string;
  /** `public` if it is not said. */
  readonly schema?: string;
  /** As Realtime takes it, `room_id=eq.…`; what `load` fetches must be the same rows. */
  readonly filter?: string;
  /** What tells a row from the others; a change of a row replaces the one with the same. */
  readonly keyOf: (row: Row) => string;
  readonly load: () => PromiseLike<{
    readonly data: readonly Row[] | null;
    readonly error: { readonly message: string } | null;
  }>;
}

export interface SyncState<Row> {
  /** `live`: what is shown is what the database holds. `behind`: the connection is gone, the last rows are kept. */
  readonly status: 'loading' | 'live' | 'behind';
  readonly rows: ReadonlyMap<string, Row>;
  /** Why the last attempt to load failed. */
  readonly error: string | undefined;
}

type Step<Row> =
  | { readonly kind: 'put'; readonly row: Row }
  | { readonly kind: 'drop'; readonly key: string };

/**
 * Rows of a table, loaded once and kept by their changes. After every new connection they are loaded again, since
 * nobody tells what changed in between; changes that come during the load are laid on top of it.
 */
export class SyncedRows<Row extends Record<string, unknown>> {
  readonly state: Observed<SyncState<Row>>;
  readonly #client: SupabaseClient;
  readonly #wanted: RowsWanted<Row>;
  #channel: RealtimeChannel | undefined;
  /** Changes since the load began; undefined while none is under way. */
  #during: Step<Row>[] | undefined;
  #loads = 0;

  constructor(client: SupabaseClient, wanted: RowsWanted<Row>) {
    this.#client = client;
    this.#wanted = wanted;
    this.state = new Observed<SyncState<Row>>({ status: 'loading', rows: new Map(), error: undefined });
  }

  start(): void {
    if (this.#channel !== undefined) return;
    const { schema = 'public', table, filter } = this.#wanted;
    const name = `rows:${schema}.${table}:${filter ?? ''}:${crypto.randomUUID()}`;
    const config = { postgres_changes_options: { wait: true } };
    this.#channel = this.#client
      .channel(name, { config })
      .on<Row>(
        'postgres_changes',
        { event: '*', schema, table, ...(filter === undefined ? {} : { filter }) },
        (change) => {
          if (change.eventType !== 'DELETE') return this.#take({ kind: 'put', row: change.new });
          const key = this.#keyOfDeleted(change.old);
          if (key !== undefined) this.#take({ kind: 'drop', key });
        },
      )
      .subscribe((status) => {
        if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) void this.load();
        else this.state.update((now) => (now.status === 'live' ? { ...now, status: 'behind' } : now));
      });
  }

  async stop(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    this.#loads += 1;
    if (channel !== undefined) await this.#client.removeChannel(channel);
  }

  /** Fetches the rows anew. Of two at once, the later one counts. */
  async load(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const during: Step<Row>[] = [];
    this.#during = during;
    const { data, error } = await this.#wanted.load();
    if (load !== this.#loads) return;
    this.#during = undefined;
    if (error !== null || data === null) {
      const reason = error?.message ?? 'there was no answer';
      this.state.update((now) => ({ ...now, status: 'behind', error: reason }));
      return;
    }
    const rows = new Map(data.map((row) => [this.#wanted.keyOf(row), row]));
    for (const step of during) this.#apply(rows, step);
    this.state.update(() => ({ status: 'live', rows, error: undefined }));
  }

  #take(step: Step<Row>): void {
    this.#during?.push(step);
    this.state.update((now) => {
      const rows = new Map(now.rows);
      this.#apply(rows, step);
      return { ...now, rows };
    });
  }

  #apply(rows: Map<string, Row>, step: Step<Row>): void {
    if (step.kind === 'drop') rows.delete(step.key);
    else rows.set(this.#wanted.keyOf(step.row), step.row);
  }

  /** Of a deleted row only the replica identity is told, by default its primary key: it may be found among those we have. */
  #keyOfDeleted(old: Partial<Row>): string | undefined {
    const told = Object.entries(old);
    if (told.length === 0) return undefined;
    const row = [...this.state.get().rows.values()].find((row) =>
      told.every(([name, value]) => row[name] === value),
    );
    return row === undefined ? undefined : this.#wanted.keyOf(row);
  }
}
