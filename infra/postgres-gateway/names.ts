import type { Startup } from './packets.ts';

/** What a project's things are called on a server that it may share with others. */
export interface ServerNames {
  /** What its database `postgres` is called; undefined: the same, for the server is the project's alone. */
  readonly database: string | undefined;
  /** Ends the names of its roles; empty where the server is the project's alone. */
  readonly roleSuffix: string;
}

/** NAMEDATALEN of Postgres, less the zero at the end: it cuts longer names, and with them the suffix. */
const MAX_NAME_BYTES = 63;

/** The master user of every cluster of a cell, and what RDS keeps for itself. */
const OF_THE_CLUSTER = /^(?:baseplane|rds.*)$/i;

/** The start-up as the server has to see it; undefined: no role by this name can be the project's. */
export function renamed({ version, parameters }: Startup, names: ServerNames): Startup | undefined {
  const { roleSuffix, database } = names;
  const role = parameters.get('user') ?? '';
  const user = role.endsWith(roleSuffix) ? role : `${role}${roleSuffix}`;
  // One character is a byte here.
  if (user.length > MAX_NAME_BYTES || OF_THE_CLUSTER.test(role)) return undefined;
  const renaming = new Map(parameters).set('user', user);
  if (database !== undefined) {
    const asked = parameters.get('database') || role;
    const own = asked === 'postgres' || asked === database;
    // No database has such a name; that it is not there the server says when it knows who asks.
    renaming.set('database', own ? database : `${asked}${roleSuffix}`.slice(-MAX_NAME_BYTES));
  }
  return { version, parameters: renaming };
}

/** What the server says of these things, in the words of its client. */
export function inClientsWords(body: Buffer, { roleSuffix, database }: ServerNames): Buffer {
  if (database === undefined) return body;
  const text = body.toString('latin1').replaceAll(roleSuffix, '').replaceAll(database, 'postgres');
  return Buffer.from(text, 'latin1');
}
