import type { Client } from 'pg';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { apply, type Caller } from './callers.ts';
import type { Cluster } from './cluster.ts';

/** A project's database as its services and its user see it. */
export type Project = AsyncDisposable & {
  readonly cluster: Cluster;
  /** Runs as a login role, in one transaction that is rolled back. */
  as<T>(loginRole: string, work: (db: Client) => Promise<T>): Promise<T>;
  /** The same for a request to the API: what PostgREST sets up after it has verified a token. */
  request<T>(role: string, claims: object, work: (db: Client) => Promise<T>): Promise<T>;
  /** What the user does in the SQL editor. It stays. */
  sql(text: string): Promise<void>;
};

export async function createProject(caller: Caller): Promise<Project> {
  const cluster = await caller.cluster();
  const setup = await cluster.connect(caller.user, 'project');
  await apply(setup, databaseScripts(['base', 'light']));
  await setup.end();

  const as: Project['as'] = async (loginRole, work) => {
    const db = await cluster.connect(loginRole, 'project');
    try {
      await db.query('begin');
      return await work(db);
    } finally {
      await db.end();
    }
  };
  return {
    cluster,
    as,
    request: (role, claims, work) =>
      as(role === 'service_role' ? 'light_service' : 'light_user', async (db) => {
        await db.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
          role,
          JSON.stringify({ role, ...claims }),
        ]);
        return work(db);
      }),
    async sql(text) {
      const db = await cluster.connect('postgres', 'project');
      await db.query(text);
      await db.end();
    },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** The single value of a query that has one. */
export async function valueOf(db: Client, query: string): Promise<unknown> {
  const { rows } = await db.query<[unknown]>({ text: query, rowMode: 'array' });
  return rows[0]?.[0];
}
