import type { PostgresConnection } from '@supabase/lite/postgres';
import { sql } from 'kysely';
import type { RequestScope } from './request-scope.ts';

/** What lite builds its queries with: a pool or a transaction. */
export type Database = PostgresConnection['kysely'];

/** Settings of one request's transaction, by PostgREST's names; functions and policies read them. */
export function sessionSettings(
  scope: RequestScope,
  roleSettings: Readonly<Record<string, string>>,
): [name: string, value: string][] {
  const { caller, method, path, headers } = scope;
  const { sub, email } = caller.claims;
  return [
    ['role', caller.role],
    ['request.jwt.claims', JSON.stringify(caller.claims)],
    ['request.jwt.claim.sub', sub ?? ''],
    ['request.jwt.claim.role', caller.role],
    ['request.jwt.claim.email', typeof email === 'string' ? email : ''],
    ['request.method', method],
    ['request.path', path],
    ['request.headers', JSON.stringify(headers)],
    ['request.cookies', JSON.stringify(parseCookies(headers['cookie']))],
    ['response.status', ''],
    ['response.headers', ''],
    ...Object.entries(roleSettings),
    // Last, because nothing can be changed back once it is on.
    ['transaction_read_only', method === 'GET' || method === 'HEAD' ? 'on' : 'off'],
  ];
}

/** All settings in one round trip; each ends with the transaction. */
export async function applySettings(
  transaction: Database,
  settings: readonly (readonly [name: string, value: string])[],
): Promise<void> {
  const calls = settings.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await sql`select ${sql.join(calls)}`.execute(transaction);
}

function parseCookies(header = ''): Record<string, string> {
  const pairs = header.split(';').map((pair) => pair.split('='));
  return Object.fromEntries(
    pairs.flatMap(([name = '', ...value]) =>
      name.trim() === '' ? [] : [[name.trim(), value.join('=').trim()]],
    ),
  );
}
