import { type ContainerSpec, TOOLS_SIZE, type TaskSpec } from '../container.ts';
import { check, kong } from './containers.ts';
import { IMAGES } from './images.ts';
import { TOOL_PORTS, TOOL_ROUTES } from './routes.ts';

const STUDIO: ContainerSpec = {
  name: 'studio',
  image: IMAGES.studio,
  port: TOOL_PORTS.studio,
  environment: {
    HOSTNAME: '127.0.0.1',
    PORT: String(TOOL_PORTS.studio),
    STUDIO_PG_META_URL: '{{url}}/pg',
    DEFAULT_PROJECT_NAME: '{{ref}}',
    SUPABASE_URL: '{{url}}',
    SUPABASE_PUBLIC_URL: '{{url}}',
    POSTGRES_HOST: '{{database_host}}',
    POSTGRES_PORT: '{{database_port}}',
    POSTGRES_DB: '{{database_name}}',
    // It is postgres from its first statement on, and its password outlives that of postgres.
    POSTGRES_USER_READ_WRITE: 'supabase_functions_admin{{role_suffix}}',
    PGRST_DB_SCHEMAS: 'public,graphql_public',
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
    LOGFLARE_URL: `http://127.0.0.1:${TOOL_PORTS.analytics}`,
    NEXT_PUBLIC_ENABLE_LOGS: 'true',
    NEXT_ANALYTICS_BACKEND_PROVIDER: 'postgres',
  },
  secrets: {
    POSTGRES_PASSWORD: 'functions_password',
    PG_META_CRYPTO_KEY: 'meta_key',
    SUPABASE_ANON_KEY: 'anon_token',
    SUPABASE_SERVICE_KEY: 'service_token',
    SUPABASE_PUBLISHABLE_KEY: 'publishable_key',
    SUPABASE_SECRET_KEY: 'secret_key',
    AUTH_JWT_SECRET: 'jwt_secret',
    LOGFLARE_PUBLIC_ACCESS_TOKEN: 'logs_public_token',
    LOGFLARE_PRIVATE_ACCESS_TOKEN: 'logs_private_token',
  },
  healthCheck: check(
    'CMD-SHELL',
    `node -e "fetch('http://127.0.0.1:${TOOL_PORTS.studio}/api/platform/profile').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`,
  ),
  after: { analytics: 'HEALTHY' },
  share: 330,
  writableRoot: 'Next.js writes its cache beside the built pages.',
};

const ANALYTICS: ContainerSpec = {
  name: 'analytics',
  image: IMAGES.analytics,
  // The image's own start, but for the URL: the database's password is in it.
  entryPoint: ['sh', '-c'],
  command: [
    'export POSTGRES_BACKEND_URL="postgresql://$DB_USERNAME:$DB_PASSWORD@$DB_HOSTNAME:$DB_PORT/$DB_DATABASE"' +
      ' && ./logflare eval Logflare.Release.migrate && exec ./logflare start --sname logflare',
  ],
  port: TOOL_PORTS.analytics,
  environment: {
    PORT: String(TOOL_PORTS.analytics),
    PHX_HTTP_PORT: String(TOOL_PORTS.analytics),
    PHX_HTTP_IP: '127.0.0.1',
    DB_HOSTNAME: '{{database_host}}',
    DB_PORT: '{{database_port}}',
    DB_DATABASE: '{{database_name}}',
    DB_USERNAME: 'supabase_admin{{role_suffix}}',
    DB_SCHEMA: '_analytics',
    DB_SSL: 'true',
    POSTGRES_BACKEND_SCHEMA: '_analytics',
    LOGFLARE_NODE_HOST: '127.0.0.1',
    LOGFLARE_SINGLE_TENANT: 'true',
    LOGFLARE_SUPABASE_MODE: 'true',
    LOGFLARE_MIN_CLUSTER_SIZE: '1',
    LOGFLARE_LOG_LEVEL: 'warn',
    LOGFLARE_FEATURE_FLAG_OVERRIDE: 'multibackend=true',
  },
  secrets: {
    DB_PASSWORD: 'service_password',
    LOGFLARE_PUBLIC_ACCESS_TOKEN: 'logs_public_token',
    LOGFLARE_PRIVATE_ACCESS_TOKEN: 'logs_private_token',
    RELEASE_COOKIE: 'session_key',
  },
  healthCheck: check(
    'CMD',
    'curl',
    '-sSfL',
    '--head',
    '-o',
    '/dev/null',
    `http://127.0.0.1:${TOOL_PORTS.analytics}/health`,
  ),
  after: {},
  share: 430,
  writableRoot: 'An Erlang release writes its runtime configuration beside itself when it starts.',
};

/** The Logflare source that Studio looks for each service's logs in. */
const SOURCES = {
  kong: 'cloudflare.logs.prod',
  auth: 'gotrue.logs.prod',
  rest: 'postgREST.logs.prod',
  realtime: 'realtime.logs.prod',
  storage: 'storage.logs.prod.2',
  functions: 'deno-relay-logs',
  postgres: 'postgres.logs',
} as const;

/** Takes JSON lines with a `service` field at `/analytics/v1/ingest` and hands each to its service's source. */
const VECTOR_CONFIG = {
  data_dir: '/tmp/vector',
  api: { enabled: true, address: '127.0.0.1:8686' },
  sources: {
    ingest: {
      type: 'http_server',
      address: `127.0.0.1:${TOOL_PORTS.vector}`,
      decoding: { codec: 'json' },
      framing: { method: 'newline_delimited' },
    },
  },
  transforms: {
    by_service: {
      type: 'route',
      inputs: ['ingest'],
      route: Object.fromEntries(Object.keys(SOURCES).map((service) => [service, `.service == "${service}"`])),
    },
  },
  sinks: Object.fromEntries(
    Object.entries(SOURCES).map(([service, source]) => [
      service,
      {
        type: 'http',
        inputs: [`by_service.${service}`],
        encoding: { codec: 'json' },
        uri: `http://127.0.0.1:${TOOL_PORTS.analytics}/api/logs?source_name=${source}`,
        request: { headers: { 'x-api-key': '${LOGS_TOKEN}' } },
      },
    ]),
  ),
} as const;

const VECTOR: ContainerSpec = {
  name: 'vector',
  image: IMAGES.vector,
  entryPoint: ['sh', '-c'],
  command: [
    'mkdir -p /tmp/vector && printf %s "$VECTOR_JSON" > /tmp/vector.json && exec vector --config /tmp/vector.json',
  ],
  port: TOOL_PORTS.vector,
  environment: { VECTOR_JSON: JSON.stringify(VECTOR_CONFIG) },
  secrets: { LOGS_TOKEN: 'logs_public_token' },
  healthCheck: check('CMD', 'wget', '-q', '--spider', 'http://127.0.0.1:8686/health'),
  after: { analytics: 'HEALTHY' },
  share: 120,
  scratch: { '/tmp': 64 },
};

/** What a project gets on demand beside its own task: Studio, and its logs to search. */
export const TOOLS_TASK: TaskSpec = {
  containers: [
    kong(TOOL_ROUTES, {
      port: TOOL_PORTS.kong,
      after: { studio: 'HEALTHY', analytics: 'HEALTHY', vector: 'HEALTHY' },
      share: 120,
    }),
    STUDIO,
    ANALYTICS,
    VECTOR,
  ],
  sizes: {
    nano: TOOLS_SIZE,
    micro: TOOLS_SIZE,
    small: TOOLS_SIZE,
    medium: TOOLS_SIZE,
    large: TOOLS_SIZE,
  },
};
