import { createProject, type Project } from '../database/project.ts';
import type { Caller } from '../database/callers.ts';
import { z } from 'zod';
import { type DatabaseSide, openDatabaseSide } from '../../templates/light/realtime/database.ts';
import type { ChangesWanted, Claims } from '../../templates/light/realtime/ports.ts';
import type { Log } from '../../templates/light/server/log.ts';
import { readConfig } from '../../templates/light/settings/config.ts';
import { makeSettings } from './running-project.ts';

const Change = z.object({
  schema: z.string(),
  table: z.string(),
  commit_timestamp: z.iso.datetime(),
  type: z.enum(['INSERT', 'UPDATE', 'DELETE']),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  record: z.record(z.string(), z.unknown()).optional(),
  old_record: z.record(z.string(), z.unknown()).optional(),
  errors: z.array(z.string()).nullable(),
});
export type Change = z.infer<typeof Change> & { readonly ids: readonly number[]; readonly json: string };

/** What arrives, for whoever waits for it. */
export class Inbox<Item> {
  readonly #items: Item[] = [];
  #wake = Promise.withResolvers<void>();

  put(item: Item): void {
    this.#items.push(item);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** The next ones, in the order of their coming. */
  async take(count: number): Promise<Item[]> {
    while (this.#items.length < count) await this.#wake.promise;
    return this.#items.splice(0, count);
  }

  /** All up to one that is the last. */
  async until(isLast: (item: Item) => boolean): Promise<Item[]> {
    const taken: Item[] = [];
    for (;;) {
      const [item] = await this.take(1);
      if (item !== undefined) taken.push(item);
      if (item !== undefined && isLast(item)) return taken;
    }
  }
}

type Watching = {
  readonly inbox: Inbox<Change>;
  readonly changeClaims: (claims: Claims) => void;
  readonly close: () => void;
};

type Logged = { readonly message: string; readonly [field: string]: unknown };

export type Side = AsyncDisposable & {
  readonly project: Project;
  readonly database: DatabaseSide;
  readonly logged: readonly Logged[];
  /** Subscribes to each wish, with its place in the list as id. */
  watch(wanted: readonly Partial<ChangesWanted>[], claims?: Claims): Promise<Watching>;
  /** Why a subscription is refused. */
  refusal(wanted: Partial<ChangesWanted>, claims?: Claims): Promise<string>;
  slots(): Promise<number>;
};

export const SERVICE: Claims = { role: 'service_role' };

/** A project's database, and what of Realtime reads it, without the server of channels. */
export async function openSide(caller: Caller): Promise<Side> {
  const project = await createProject(caller);
  const host = await project.as('authenticator', async (db) => db.host);
  const read = await readConfig({ ...(await makeSettings()), POSTGRES_HOST: host });
  if (!read.ok) throw new Error(read.problems.join());
  const logged: Logged[] = [];
  const log: Log = (_level, message, fields) => void logged.push({ message, ...fields });
  const database = openDatabaseSide({ config: read.config, log });
  const wish = (wanted: Partial<ChangesWanted>, id: number): ChangesWanted => ({
    id,
    event: '*',
    schema: 'public',
    ...wanted,
  });
  return {
    project,
    database,
    logged,
    async watch(wanted, claims = SERVICE) {
      const inbox = new Inbox<Change>();
      const result = await database.feed.subscribe(wanted.map(wish), claims, (ids, json) =>
        inbox.put({ ...Change.parse(JSON.parse(json)), ids, json }),
      );
      if (!result.ok) throw new Error(result.reason);
      const { subscription } = result;
      return {
        inbox,
        changeClaims: (renewed) => subscription.changeClaims(renewed),
        close: () => subscription.close(),
      };
    },
    async refusal(wanted, claims = SERVICE) {
      const result = await database.feed.subscribe([wish(wanted, 0)], claims, () => undefined);
      return result.ok ? 'none' : result.reason;
    },
    slots: () =>
      project.as('supabase_admin', async (db) => {
        const { rowCount } = await db.query('select from pg_replication_slots');
        return rowCount ?? 0;
      }),
    async [Symbol.asyncDispose]() {
      await database.close();
      await project[Symbol.asyncDispose]();
    },
  };
}
