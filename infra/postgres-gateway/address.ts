import { type ProjectRef, projectRefSchema } from '../../functions/core/kernel/ids.ts';
import type { Startup } from './packets.ts';

/** The project that a connection is for, and the start-up that its Postgres is to see. */
export interface PostgresAddress {
  readonly ref: ProjectRef;
  readonly startup: Startup;
}

const SUFFIXED = /^(?<role>.+)\.(?<ref>[a-z]{20})$/s;
/** How Supavisor's clients name the project when their user name cannot. */
const REFERENCE = /^reference=(?<ref>[a-z]{20})$/;

/** By the user's suffix; else by the option `reference`; else by the name that a TLS client has asked for. */
export function postgresAddressOf(
  { version, parameters }: Startup,
  serverName: string | undefined,
  domain: string,
): PostgresAddress | undefined {
  const user = SUFFIXED.exec(parameters.get('user') ?? '')?.groups;
  const words = (parameters.get('options') ?? '').split(/[ \t\n]+/).filter((word) => word !== '');
  const at = words.findIndex((word) => REFERENCE.test(word));
  const named = at < 0 ? undefined : REFERENCE.exec(words[at] ?? '')?.groups?.['ref'];
  const found = projectRefSchema.safeParse(user?.['ref'] ?? named ?? refOf(serverName, domain));
  if (!found.success) return undefined;
  const rewritten = new Map(parameters);
  if (user !== undefined) {
    // Clients that are told of no database name one after the user.
    if (parameters.get('database') === parameters.get('user')) rewritten.set('database', `${user['role']}`);
    rewritten.set('user', `${user['role']}`);
  }
  // Postgres takes no option that it does not know.
  if (named !== undefined) setOptions(rewritten, withoutReference(words, at));
  return { ref: found.data, startup: { version, parameters: rewritten } };
}

/** As `reference=…` by itself, or as `-c reference=…`. */
function withoutReference(words: readonly string[], at: number): string {
  const from = words[at - 1] === '-c' ? at - 1 : at;
  return [...words.slice(0, from), ...words.slice(at + 1)].join(' ');
}

function setOptions(parameters: Map<string, string>, options: string): void {
  if (options === '') parameters.delete('options');
  else parameters.set('options', options);
}

/** `db.<ref>.<domain>`, as on Supabase, or the project's own host. */
function refOf(serverName: string | undefined, domain: string): string | undefined {
  const name = serverName?.toLowerCase() ?? '';
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1).replace(/^db\./, '') : undefined;
}
