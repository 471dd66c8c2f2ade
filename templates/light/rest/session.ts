import { TIMEZONES } from './introspection.ts';
import type { RequestScope } from './request-scope.ts';

export type SessionSetting = readonly [name: string, value: string];

/** Settings of one request's transaction, by PostgREST's names; functions and policies read them. */
export function sessionSettings(
  scope: RequestScope,
  roleSettings: Readonly<Record<string, string>> = {},
): SessionSetting[] {
  const { caller, known, method, path, headers, schema } = scope;
  const { sub, email } = caller.claims;
  const searchPath = [...new Set([schema, ...known.api.extraSearchPath])];
  return [
    ['role', caller.role],
    ['search_path', searchPath.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ')],
    ['request.jwt.claims', JSON.stringify({ ...caller.claims, role: caller.role })],
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
    ...preferredTimezone(headers['prefer']),
    // Last, because nothing can be changed back once it is on.
    ['transaction_read_only', method === 'GET' || method === 'HEAD' ? 'on' : 'off'],
  ];
}

/**
 * All settings at once, and no rows; each setting ends with the transaction. The text depends on their number alone.
 */
export function settingsStatement(settings: readonly SessionSetting[]): {
  name: string;
  text: string;
  values: string[];
} {
  const calls = settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true) is null`);
  return {
    name: `settings${settings.length}`,
    text: `select where ${calls.join(' or ')}`,
    values: settings.flat(),
  };
}

function preferredTimezone(prefer = ''): SessionSetting[] {
  const [, wanted] = /(?:^|[,\s])timezone=([^\s,;]+)/i.exec(prefer) ?? [];
  return wanted !== undefined && TIMEZONES.includes(wanted) ? [['TimeZone', wanted]] : [];
}

function parseCookies(header = ''): Record<string, string> {
  const pairs = header.split(';').map((pair) => pair.split('='));
  return Object.fromEntries(
    pairs.flatMap(([name = '', ...value]) =>
      name.trim() === '' ? [] : [[name.trim(), value.join('=').trim()]],
    ),
  );
}
