import type { SecretKey } from '../container.ts';

/** A secret's place in Kong's configuration; the container puts its environment variable of that name there. */
const secretMark = (variable: string) => `@${variable}@`;

type KeyRule =
  /** The service answers whoever asks, or looks at keys itself. */
  | 'none'
  /** Any of the project's keys. */
  | 'any'
  /** A secret key: `service_role` or `sb_secret_…`. */
  | 'secret'
  /** The owner's name and database password, for a browser. */
  | 'owner';

export interface Route {
  readonly name: string;
  /** Those that it takes; absent: any. A route that names some comes before those that name none. */
  readonly methods?: readonly string[];
  /** Prefixes of the paths it takes, or regular expressions for them, cut off before the rest is added to `to`. */
  readonly paths: readonly string[];
  /** Where it goes: a URL, or the status and message that answer instead. */
  readonly to: string | { readonly status: number; readonly message: string };
  readonly key: KeyRule;
  /** Put a JWT where the client sent an `sb_…` key, as the services know JWTs only. */
  readonly translate?: 'header' | 'query';
  readonly headers?: Readonly<Record<string, string>>;
  /** Keep the client's Host, by which Realtime tells tenants apart. */
  readonly keepsHost?: boolean;
  /** Milliseconds that the service may stay silent; Kong gives it 60,000. */
  readonly patience?: number;
}

interface Plugin {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The plugins that routes here can use; Kong loads no other. */
export const PLUGINS = [
  'acl',
  'basic-auth',
  'cors',
  'key-auth',
  'request-termination',
  'request-transformer',
] as const;

/** Lua that Kong evaluates per request: a session's own token stays, a key becomes the JWT that stands for it. */
const AUTHORIZATION =
  "$((headers.authorization ~= nil and headers.authorization:sub(1, 10) ~= 'Bearer sb_' and headers.authorization)" +
  ` or ${secretMark('KEY_BEARERS')} or headers.apikey)`;
const QUERY = `$(${secretMark('KEY_TOKENS')} or query_params.apikey)`;

const allow = (...groups: string[]): Plugin => ({
  name: 'acl',
  config: { allow: groups, hide_groups_header: true },
});

const KEY_PLUGINS: Readonly<Record<KeyRule, readonly Plugin[]>> = {
  none: [],
  any: [{ name: 'key-auth', config: { hide_credentials: false } }, allow('anon', 'admin')],
  secret: [{ name: 'key-auth', config: { hide_credentials: false } }, allow('admin')],
  owner: [{ name: 'basic-auth', config: { hide_credentials: true } }, allow('admin')],
};

function transformer({ translate, headers = {} }: Route): readonly Plugin[] {
  const fixed = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  if (translate === 'query') {
    return [{ name: 'request-transformer', config: { replace: { querystring: [`apikey:${QUERY}`] } } }];
  }
  const authorization = translate === 'header' ? [`Authorization:${AUTHORIZATION}`] : [];
  if (fixed.length + authorization.length === 0) return [];
  const config = { add: { headers: [...fixed, ...authorization] }, replace: { headers: authorization } };
  return [{ name: 'request-transformer', config }];
}

function termination({ to }: Route): readonly Plugin[] {
  if (typeof to === 'string') return [];
  return [{ name: 'request-termination', config: { status_code: to.status, message: to.message } }];
}

const wantsOwner = (routes: readonly Route[]) => routes.some(({ key }) => key === 'owner');

/** A declarative configuration of Kong 2.8: who holds which key, and where each route leads. */
export function kongConfig(routes: readonly Route[]) {
  return {
    _format_version: '2.1',
    _transform: true,
    consumers: [
      secretMark('KEY_CONSUMERS'),
      ...(wantsOwner(routes)
        ? [
            {
              username: 'owner',
              basicauth_credentials: [{ username: 'postgres', password: secretMark('DATABASE_PASSWORD') }],
              acls: [{ group: 'admin' }],
            },
          ]
        : []),
    ],
    services: routes.map((route) => ({
      name: route.name,
      // Kong wants an address even of a service that it never asks.
      url: typeof route.to === 'string' ? route.to : 'http://127.0.0.1:9',
      ...(route.patience !== undefined && { read_timeout: route.patience }),
      routes: [
        {
          name: route.name,
          paths: [...route.paths],
          ...(route.methods && { methods: [...route.methods] }),
          strip_path: true,
          preserve_host: route.keepsHost ?? false,
        },
      ],
      plugins: [{ name: 'cors' }, ...termination(route), ...KEY_PLUGINS[route.key], ...transformer(route)],
    })),
  };
}

/** The secrets of a Kong with these routes, by the names that its configuration marks. */
export function kongSecrets(routes: readonly Route[]): Readonly<Record<string, SecretKey>> {
  return {
    KEY_CONSUMERS: 'gateway_consumers',
    KEY_BEARERS: 'gateway_bearers',
    KEY_TOKENS: 'gateway_tokens',
    ...(wantsOwner(routes) && { DATABASE_PASSWORD: 'db_password' }),
  };
}

/** Where Kong writes; everything else of its image is read-only. */
export const KONG_PREFIX = '/run/kong';

/**
 * Writes the configuration with the secrets of these names in it, then becomes the command that follows. A secret is
 * written as JSON text, but for the consumers, which are JSON themselves and take the place of a whole string. It is
 * quoted where it replaces its mark, as bash would read `&` in it otherwise.
 */
export function kongStart(names: readonly string[]): string {
  return [
    'set -eu',
    'config=${GATEWAY_CONFIG//\\"@KEY_CONSUMERS@\\"/"$KEY_CONSUMERS"}',
    `for name in ${names.join(' ')}; do`,
    '  value=${!name}',
    '  value=${value//\\\\/\\\\\\\\}',
    '  value=${value//\\"/\\\\\\"}',
    '  config=${config//@$name@/"$value"}',
    'done',
    'umask 077',
    'printf %s "$config" > "$KONG_DECLARATIVE_CONFIG"',
    `unset GATEWAY_CONFIG config value ${names.join(' ')}`,
    'exec "$@"',
  ].join('\n');
}
