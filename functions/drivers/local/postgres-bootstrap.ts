import type { Client } from 'pg';
import type { Random } from '../../core/kernel/random.port.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { DatabaseScript } from './database-scripts.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { codeOf } from './failures.ts';

/** The role that owns the server, as on Supabase; only the control plane has its password. */
export const SUPERUSER = 'supabase_admin';

/** Runs each script whole, in a transaction of its own. */
export async function applyScripts(client: Client, scripts: readonly DatabaseScript[]): Promise<void> {
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
  if (!/^[0-9A-Z]{5}$/.test(codeOf(error) ?? '')) return error;
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
