import type { Client } from 'pg';
import type { Random } from '../../core/kernel/random.port.ts';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { DatabaseScript } from './database-scripts.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { codeOf } from './failures.ts';

/** The role that owns the server, as on Supabase; only the control plane has its password. */
export const SUPERUSER = 'supabase_admin';

/** Others must not wait long behind a script that waits for somebody's transaction. */
const LOCK_TIMEOUT = '3s';

/** That somebody has not let go, or that each waited for the other. */
const IN_USE = /^(40|55P03)/;

/** Runs each script whole, in a transaction of its own. */
export async function applyScripts(client: Client, scripts: readonly DatabaseScript[]): Promise<void> {
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
  for (const { name, sql } of scripts) {
    try {
      // Text without parameters goes as one message, which Postgres runs as one transaction.
      await client.query(sql);
    } catch (error) {
      throw scriptFailure(name, error);
    }
  }
}

function scriptFailure(name: string, error: unknown): unknown {
  const code = codeOf(error) ?? '';
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  if (IN_USE.test(code))
    return new TransientError(`The database script ${name} waits for a transaction to end.`, {
      cause: error,
    });
  const message = error instanceof Error ? error.message : String(error);
  return new PortError(`The database script ${name} failed: ${message}.`, {
    suggestion: 'Report this as a bug, with the version of Postgres in use.',
    cause: error,
  });
}

/** Gives each role that exists its password, as a verifier. */
export async function setPasswords(
  client: Client,
  passwords: ReadonlyMap<string, string>,
  random: Random,
): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1)',
    [[...passwords.keys()]],
  );
  const statements = await Promise.all(
    rows.map(async ({ rolname }) => {
      const verifier = await scramVerifier(passwords.get(rolname) ?? '', random);
      return `alter role ${client.escapeIdentifier(rolname)} password ${client.escapeLiteral(verifier)}`;
    }),
  );
  await client.query(statements.join(';\n'));
}
