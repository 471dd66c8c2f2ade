import { PROJECT_PORT } from '../project-routes.ts';
import type { RefusedRequests } from '../settings/environment.ts';
import type { Route } from './kong.ts';

/** The ports of a project's services; they listen for one another only, on 127.0.0.1. */
export const PORTS = {
  kong: PROJECT_PORT,
  rest: 3000,
  auth: 9999,
  realtime: 4000,
  storage: 5000,
  imgproxy: 5001,
  meta: 8080,
  functions: 9000,
} as const;

export const TOOL_PORTS = { kong: PROJECT_PORT, studio: 3000, analytics: 4000, vector: 9880 } as const;

const at = (port: number, path = '/') => `http://127.0.0.1:${port}${path}`;

/** What a person follows from a mail or another site, where no key can be sent along. */
const OPEN_AUTH = [
  'verify',
  'callback',
  'authorize',
  '.well-known/jwks.json',
  'sso/saml/acs',
  'sso/saml/metadata',
];

const forbidden = { status: 403, message: 'Access is forbidden.' } as const;

const SERVICE_ROUTES: readonly Route[] = [
  ...OPEN_AUTH.map((path): Route => ({
    name: `auth-open-${path.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '')}`,
    paths: [`/auth/v1/${path}`],
    to: at(PORTS.auth, `/${path}`),
    key: 'none',
  })),
  {
    name: 'auth-oauth-metadata',
    paths: ['/.well-known/oauth-authorization-server'],
    to: at(PORTS.auth, '/.well-known/oauth-authorization-server'),
    key: 'none',
  },
  { name: 'auth', paths: ['/auth/v1/'], to: at(PORTS.auth), key: 'any', translate: 'header' },
  { name: 'rest', paths: ['/rest/v1/'], to: at(PORTS.rest), key: 'any', translate: 'header' },
  {
    name: 'graphql',
    paths: ['/graphql/v1'],
    to: at(PORTS.rest, '/rpc/graphql'),
    key: 'any',
    translate: 'header',
    headers: { 'Content-Profile': 'graphql_public' },
  },
  {
    name: 'realtime-socket',
    paths: ['/realtime/v1/'],
    to: at(PORTS.realtime, '/socket/'),
    key: 'any',
    translate: 'query',
    keepsHost: true,
  },
  {
    name: 'realtime-api',
    paths: ['/realtime/v1/api'],
    to: at(PORTS.realtime, '/api'),
    key: 'any',
    translate: 'header',
    keepsHost: true,
  },
  // The tenant's own settings, its database password among them.
  { name: 'realtime-tenants', paths: ['/realtime/v1/api/tenants'], to: forbidden, key: 'none' },
  { name: 'realtime-openapi', paths: ['/realtime/v1/api/openapi'], to: forbidden, key: 'none' },
  // Storage verifies S3 signatures, which a changed header would break, and public objects need no key.
  { name: 'storage-s3', paths: ['/storage/v1/s3/'], to: at(PORTS.storage, '/s3/'), key: 'none' },
  { name: 'storage', paths: ['/storage/v1/'], to: at(PORTS.storage), key: 'none', translate: 'header' },
  {
    name: 'functions',
    paths: ['/functions/v1/'],
    to: at(PORTS.functions),
    // Each function says for itself whether it wants a token.
    key: 'none',
    translate: 'header',
    patience: 150_000,
  },
  { name: 'meta', paths: ['/pg/'], to: at(PORTS.meta), key: 'secret' },
];

const TOOLS = `http://{{tools_host}}:${TOOL_PORTS.kong}`;

/** The project's routes; with its tools, `/analytics/v1` and Studio at the root. */
export function projectRoutes(options: { readonly tools: boolean }): readonly Route[] {
  const analytics = { name: 'analytics', paths: ['/analytics/v1/'], key: 'secret' } as const;
  if (!options.tools) {
    const off = { status: 503, message: 'Analytics is not running for this project.' };
    return [...SERVICE_ROUTES, { ...analytics, to: off }];
  }
  return [
    ...SERVICE_ROUTES,
    { ...analytics, to: `${TOOLS}/analytics/v1/` },
    { name: 'studio', paths: ['/'], to: `${TOOLS}/`, key: 'none' },
  ];
}

/** Preflights are answered, or no browser would come to know why it is refused. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The routes of requests that are refused. Kong takes a pattern of a path for one that begins where the path does. */
export function refusingRoutes(refusals: RefusedRequests): readonly Route[] {
  return refusals.map(({ methods, path, because }, index) => ({
    name: `refused-${index}`,
    methods: methods ?? METHODS,
    paths: [path.replace(/^\^/, '')],
    to: { status: 402, message: because },
    key: 'none',
  }));
}

/** The routes of the tools' own gateway. It checks keys again: other projects' tasks can reach it too. */
export const TOOL_ROUTES: readonly Route[] = [
  { name: 'ingest', paths: ['/analytics/v1/ingest'], to: at(TOOL_PORTS.vector), key: 'secret' },
  { name: 'analytics', paths: ['/analytics/v1/'], to: at(TOOL_PORTS.analytics), key: 'secret' },
  { name: 'studio', paths: ['/'], to: at(TOOL_PORTS.studio), key: 'owner' },
];
