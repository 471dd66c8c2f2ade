import type { Scope } from './storage-database.ts';

/** Not for policies and functions of the project to read. */
const PRIVATE_HEADERS = new Set(['authorization', 'apikey', 'cookie', 'x-signature']);

/** Settings of one transaction, by storage-api's names; functions and policies read them. */
export function settingsOf({ identity, operation, request }: Scope): Readonly<Record<string, string>> {
  const { role, claims } = identity;
  const headers = [...(request?.headers ?? [])].filter(([name]) => !PRIVATE_HEADERS.has(name));
  return {
    role,
    search_path: 'storage, public, extensions',
    'request.jwt.claims': JSON.stringify({ ...claims, role }),
    'request.jwt.claim.role': role,
    'request.jwt.claim.sub': claims.sub ?? '',
    'request.method': request?.method ?? '',
    'request.path': request === undefined ? '' : new URL(request.url).pathname,
    'request.headers': JSON.stringify(Object.fromEntries(headers)),
    'storage.operation': operation,
    // The trigger that keeps people from deleting rows by SQL, which would leave the files behind, asks for this.
    'storage.allow_delete_query': 'true',
  };
}
