import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import type { Stack } from '../../core/project/stack.ts';
import { packsOf } from '../../core/project/template.ts';
import { scramVerifier } from '../postgres/scram.ts';
import type { DataApi } from './data-api.ts';
import type { DatabaseScripts } from './scripts.ts';
import { SqlError } from './sql-error.ts';

export interface BootstrapParts {
  readonly scripts: DatabaseScripts;
  readonly random: Random;
}

/** Two that bootstrap at once: one waits for the other, finds a deadlock, or finds a row changed under its hands. */
const MET_ANOTHER = /^(40|55P03)/;
const CHANGED_MEANWHILE = /^tuple concurrently/;

/** Applies the template's scripts, each of which may be applied again, and gives the login roles their passwords. */
export async function bootstrap(
  api: DataApi,
  stack: Stack,
  roleSuffix: string,
  secret: ProjectSecret,
  { scripts, random }: BootstrapParts,
): Promise<void> {
  for (const { name, sql } of scripts.of(packsOf(stack), roleSuffix)) {
    for (const statement of scripts.statementsOf(sql)) await run(api, name, statement);
  }
  const passwords = [...scripts.passwords(secret)].map(
    ([role, password]) => [role + roleSuffix, password] as const,
  );
  await setPasswords(api, new Map(passwords), random);
}

/** Gives each role that exists its password. */
export async function setPasswords(
  api: DataApi,
  passwords: ReadonlyMap<string, string>,
  random: Random,
): Promise<void> {
  for (const role of await existing(api, [...passwords.keys()])) {
    // The verifier, so that no log of Postgres ever has the password.
    const verifier = await scramVerifier(passwords.get(role) ?? '', random);
    await run(api, 'passwords', `alter role ${role} password '${verifier}'`);
  }
}

/** Those of the roles that the template's packs have made. */
async function existing(api: DataApi, roles: readonly string[]): Promise<readonly string[]> {
  const rows = await api.run({
    sql: "select rolname from pg_roles where rolname = any(string_to_array(:roles, ','))",
    parameters: { roles: roles.join(',') },
  });
  return roles.filter((role) => rows.some(({ rolname }) => rolname === role));
}

async function run(api: DataApi, script: string, sql: string): Promise<void> {
  try {
    await api.run({ sql, unlimited: true });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (MET_ANOTHER.test(error.sqlstate) || CHANGED_MEANWHILE.test(error.message)) {
      throw new TransientError('Another database of the cluster is being set up.', { cause: error });
    }
    throw new PortError(`The database script ${script} failed: ${error.message}.`, {
      suggestion: 'Report this as a bug, with the version of Postgres in use.',
      cause: error,
    });
  }
}
