import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { admits, databaseAccess } from './database-access.ts';
import { isBanned } from './login-failures.ts';

/** Who connects to a project's Postgres, as far as that is known before the password. */
export interface PostgresClient {
  readonly address: string;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
}

/** Why there is no session, as Postgres would say it. */
export interface PostgresRefusal {
  readonly sqlstate: string;
  readonly message: string;
  readonly hint?: string;
}

/** Why the client is not even asked for a password, by what the project's owner has said of connections. */
export async function barred(
  ref: ProjectRef,
  { address, secure }: PostgresClient,
  ports: { readonly table: Table },
): Promise<PostgresRefusal | undefined> {
  const sqlstate = '28000';
  const access = await databaseAccess(ref, ports);
  if (access.sslEnforced && !secure) {
    return { sqlstate, message: 'SSL connection is required', hint: 'Connect with sslmode=require.' };
  }
  if (!admits(access, address)) {
    const message = `the project takes no connections from ${address}`;
    return { sqlstate, message, hint: 'Its network restrictions say from where it does.' };
  }
  if (await isBanned(ref, address, ports)) {
    const message = `too many wrong passwords came from ${address}`;
    return {
      sqlstate,
      message,
      hint: 'Wait for half an hour, or have the ban lifted by the project’s owner.',
    };
  }
  return undefined;
}
