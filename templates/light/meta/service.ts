import { secretKeyOnly } from '../gateway/refusal.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import type { Config } from '../settings/config.ts';
import { MetaProcess } from './meta-process.ts';
import { createTurns } from './turns.ts';

const PREFIX = '/pg';

/** postgres-meta's own limit. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** It opens a connection for each request, and a project's database has few. */
const AT_ONCE = 4;

/** What of a request concerns postgres-meta; it would take the address of another database from a header. */
const HEADERS = ['content-type', 'accept', 'x-pg-application-name'];

/** The schema of the database as a REST API, and what is generated from it, for whoever has a secret key. */
export async function createMetaService({ config, database, log }: ServiceContext): Promise<Service> {
  const connection = connectionString(config);
  const { idleMs } = config.meta;
  const takeTurns = createTurns(AT_ONCE);
  let running: MetaProcess | undefined;

  return {
    name: 'meta',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    async fetch(request, caller) {
      if (caller.role !== 'service_role') return secretKeyOnly();
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      const question = {
        method: request.method,
        url: `${pathname.slice(PREFIX.length) || '/'}${search}`,
        headers: Object.fromEntries([...request.headers].filter(([name]) => HEADERS.includes(name))),
        ...(body === '' ? {} : { body }),
      };
      const answer = await takeTurns(async () => {
        if (running?.open !== true) running = new MetaProcess({ connection, idleMs, log });
        return running.ask(question);
      });
      if (answer === undefined)
        return Response.json({ error: 'postgres-meta ended unexpectedly.' }, { status: 502 });
      return new Response(answer.status === 204 ? null : answer.body, {
        status: answer.status,
        headers: { 'content-type': answer.type },
      });
    },
    async health() {
      const [role] = await database.driver<{ able: boolean }[]>`
        select pg_has_role(member.oid, ${nameOf(config, 'postgres')}, 'member') as able
        from pg_roles member where member.rolname = ${nameOf(config, 'light_meta')}`;
      return role?.able === true
        ? { healthy: true }
        : { healthy: false, error: 'The role light_meta is missing or is no member of postgres.' };
    },
    async close() {
      running?.stop();
      await running?.ended;
    },
  };
}

/** Acting as postgres from the start, so that what it makes belongs to the project's owner. */
function connectionString(config: Config): string {
  const { host, port, database, password } = config.postgres;
  const login = `${nameOf(config, 'light_meta')}:${encodeURIComponent(password)}`;
  const options = encodeURIComponent(`-c role=${nameOf(config, 'postgres')}`);
  return `postgresql://${login}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}?options=${options}`;
}

function nameOf({ postgres }: Config, role: string): string {
  return `${role}${postgres.roleSuffix}`;
}
