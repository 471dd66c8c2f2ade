import type { Values } from '../../functions/core/project/settings/settings.ts';
import type { ContainerSpec, HealthCheck } from '../container.ts';
import { IMAGES } from './images.ts';
import { KONG_PREFIX, PLUGINS, kongConfig, kongSecrets, kongStart } from './kong.ts';
import type { Route } from './kong.ts';
import { PORTS } from './routes.ts';

/** Patient at the start, when migrations run; a minute of silence afterwards is a failure. */
export function check(...command: HealthCheck['command']): HealthCheck {
  return { command, intervalSeconds: 10, timeoutSeconds: 5, retries: 6, startSeconds: 120 };
}

const DATABASE_URL = (role: string, sslmode: string) =>
  `postgres://${role}{{role_suffix}}@{{database_host}}:{{database_port}}/{{database_name}}?sslmode=${sslmode}`;

/** Kong with the routes given. The access log is the edge's: Kong's would quote keys in query strings. */
export function kong(
  routes: readonly Route[],
  options: Pick<ContainerSpec, 'after' | 'share' | 'port'>,
): ContainerSpec {
  const secrets = kongSecrets(routes);
  return {
    name: 'kong',
    image: IMAGES.kong,
    entryPoint: ['bash', '-c', kongStart(Object.keys(secrets)), 'kong'],
    command: ['/docker-entrypoint.sh', 'kong', 'docker-start'],
    environment: {
      GATEWAY_CONFIG: JSON.stringify(kongConfig(routes)),
      KONG_DATABASE: 'off',
      KONG_DECLARATIVE_CONFIG: `${KONG_PREFIX}/kong.json`,
      KONG_PREFIX,
      KONG_PLUGINS: PLUGINS.join(','),
      KONG_PROXY_LISTEN: `0.0.0.0:${options.port}`,
      KONG_ADMIN_LISTEN: 'off',
      KONG_STATUS_LISTEN: 'off',
      KONG_NGINX_WORKER_PROCESSES: '1',
      KONG_PROXY_ACCESS_LOG: 'off',
      KONG_PROXY_ERROR_LOG: '/dev/stderr',
      KONG_LOG_LEVEL: 'crit',
      // Only the edge reaches it, and the edge says itself where a request comes from.
      KONG_TRUSTED_IPS: '0.0.0.0/0',
      KONG_REAL_IP_HEADER: 'X-Forwarded-For',
      KONG_NGINX_PROXY_PROXY_BUFFER_SIZE: '160k',
      KONG_NGINX_PROXY_PROXY_BUFFERS: '64 160k',
      // The edge has a limit of its own, and Storage another.
      KONG_NGINX_PROXY_CLIENT_MAX_BODY_SIZE: '0',
      KONG_DNS_NOT_FOUND_TTL: '1',
    },
    secrets,
    healthCheck: check('CMD', 'kong', 'health'),
    // Bodies that do not fit its buffers, too.
    scratch: { [KONG_PREFIX]: 64, '/tmp': 16 },
    ...options,
  };
}

export const AUTH: ContainerSpec = {
  name: 'auth',
  image: IMAGES.auth,
  port: PORTS.auth,
  environment: {
    GOTRUE_API_HOST: '127.0.0.1',
    GOTRUE_API_PORT: String(PORTS.auth),
    API_EXTERNAL_URL: '{{url}}/auth/v1',
    GOTRUE_DB_DRIVER: 'postgres',
    // The password comes from PGPASSWORD, which the driver reads where the URL has none.
    GOTRUE_DB_DATABASE_URL: DATABASE_URL('supabase_auth_admin', 'require'),
    GOTRUE_DB_MAX_POOL_SIZE: '5',
    GOTRUE_JWT_ADMIN_ROLES: 'service_role',
    GOTRUE_JWT_AUD: 'authenticated',
    GOTRUE_JWT_DEFAULT_GROUP_NAME: 'authenticated',
    GOTRUE_JWT_ISSUER: '{{url}}/auth/v1',
  },
  secrets: {
    PGPASSWORD: 'service_password',
    GOTRUE_JWT_SECRET: 'trusted_jwt_secret',
    GOTRUE_JWT_KEYS: 'jwt_keys',
  },
  healthCheck: check('CMD', 'wget', '-q', '--spider', `http://127.0.0.1:${PORTS.auth}/health`),
  after: {},
  share: 80,
};

export const REST: ContainerSpec = {
  name: 'rest',
  image: IMAGES.rest,
  port: PORTS.rest,
  environment: {
    PGRST_DB_URI: DATABASE_URL('authenticator', 'require'),
    PGRST_DB_POOL: '8',
    PGRST_DB_SCHEMAS: 'public,graphql_public',
    PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: String(PORTS.rest),
    PGRST_ADMIN_SERVER_PORT: '3001',
    PGRST_OPENAPI_SERVER_PROXY_URI: '{{url}}/rest/v1',
    PGRST_APP_SETTINGS_JWT_EXP: '3600',
  },
  secrets: {
    PGPASSWORD: 'service_password',
    PGRST_JWT_SECRET: 'jwks',
    PGRST_APP_SETTINGS_JWT_SECRET: 'jwt_secret',
  },
  // The image has no shell: the program asks itself.
  healthCheck: check('CMD', 'postgrest', '--ready'),
  after: {},
  share: 80,
};

/** Its seed makes a tenant that talks to the database without TLS, which the database refuses. */
const REALTIME_TLS =
  'update _realtime.extensions set settings = settings::jsonb || jsonb_build_object($$ssl_enforced$$, true)';

/** Both in one statement, which is all that one query takes. */
function tenantStatement(limits: Values): string {
  const columns = Object.entries(limits).map(([name, value]) => `${name} = ${String(value)}`);
  return `with extension as (${REALTIME_TLS} returning 1) update _realtime.tenants set ${columns.join(', ')}`;
}

/** `limits`: columns of the tenant, numbers and flags. */
export const realtime = (limits: Values): ContainerSpec => ({
  name: 'realtime',
  image: IMAGES.realtime,
  // The image's entry point has migrated and seeded before it runs this.
  command: [
    'bash',
    '-c',
    `/app/bin/realtime eval 'Application.load(:realtime); {:ok, _, _} = Ecto.Migrator.with_repo(Realtime.Repo, fn repo -> repo.query!("${tenantStatement(limits)}") end)' && exec /app/bin/server`,
  ],
  port: PORTS.realtime,
  environment: {
    PORT: String(PORTS.realtime),
    DB_HOST: '{{database_host}}',
    DB_PORT: '{{database_port}}',
    DB_USER: 'supabase_admin{{role_suffix}}',
    DB_NAME: '{{database_name}}',
    DB_SSL: 'true',
    DB_IP_VERSION: 'ipv4',
    DB_AFTER_CONNECT_QUERY: 'SET search_path TO _realtime',
    // Realtime takes the first label of the Host for the tenant, and the Host is <ref>.<root>.
    SELF_HOST_TENANT_NAME: '{{ref}}',
    SEED_SELF_HOST: 'true',
    RUN_JANITOR: 'true',
    APP_NAME: 'realtime',
    ERL_AFLAGS: '-proto_dist inet_tcp',
    DNS_NODES: "''",
    CLUSTER_STRATEGIES: '',
    RLIMIT_NOFILE: '10000',
    DISABLE_HEALTHCHECK_LOGGING: 'true',
  },
  secrets: {
    DB_PASSWORD: 'service_password',
    DB_ENC_KEY: 'realtime_key',
    API_JWT_SECRET: 'trusted_jwt_secret',
    API_JWT_JWKS: 'jwks',
    METRICS_JWT_SECRET: 'trusted_jwt_secret',
    SECRET_KEY_BASE: 'session_key',
  },
  healthCheck: check(
    'CMD-SHELL',
    `curl -sSfL --head -o /dev/null -H 'Host: {{ref}}' http://127.0.0.1:${PORTS.realtime}/api/ping`,
  ),
  after: {},
  share: 220,
  writableRoot: 'An Erlang release writes its runtime configuration beside itself when it starts.',
});

export const IMGPROXY: ContainerSpec = {
  name: 'imgproxy',
  image: IMAGES.imgproxy,
  port: PORTS.imgproxy,
  environment: {
    IMGPROXY_BIND: `127.0.0.1:${PORTS.imgproxy}`,
    IMGPROXY_WORKERS: '2',
    IMGPROXY_USE_ETAG: 'true',
    IMGPROXY_ENABLE_WEBP_DETECTION: 'true',
    // Supabase's limits: 50 megapixels, 25 MB, 60 frames.
    IMGPROXY_MAX_SRC_RESOLUTION: '50',
    IMGPROXY_MAX_SRC_FILE_SIZE: '25000000',
    IMGPROXY_MAX_ANIMATION_FRAMES: '60',
    // It fetches what Storage signs, never an address of the network that it runs in.
    IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES: 'false',
    IMGPROXY_ALLOW_LINK_LOCAL_SOURCE_ADDRESSES: 'false',
    IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES: 'false',
  },
  secrets: {},
  healthCheck: check('CMD', 'imgproxy', 'health'),
  after: {},
  share: 80,
  // libvips puts what does not fit into memory there.
  scratch: { '/tmp': 32 },
};

export const STORAGE: ContainerSpec = {
  name: 'storage',
  image: IMAGES.storage,
  port: PORTS.storage,
  environment: {
    SERVER_HOST: '127.0.0.1',
    SERVER_PORT: String(PORTS.storage),
    HOST: '127.0.0.1',
    PORT: String(PORTS.storage),
    // Its default is imgproxy's port.
    SERVER_ADMIN_PORT: '5002',
    ADMIN_PORT: '5002',
    // node-postgres takes the password from PGPASSWORD, and `no-verify` for TLS without Amazon's own authority.
    DATABASE_URL: DATABASE_URL('supabase_storage_admin', 'no-verify'),
    DATABASE_MAX_CONNECTIONS: '5',
    POSTGREST_URL: `http://127.0.0.1:${PORTS.rest}`,
    STORAGE_BACKEND: 's3',
    STORAGE_S3_BUCKET: '{{bucket}}',
    STORAGE_S3_REGION: '{{region}}',
    GLOBAL_S3_BUCKET: '{{bucket}}',
    REGION: '{{region}}',
    // Objects are stored under it: the prefix that the project's role may use.
    TENANT_ID: '{{ref}}',
    STORAGE_PUBLIC_URL: '{{url}}',
    REQUEST_ALLOW_X_FORWARDED_PATH: 'true',
    TUS_URL_PATH: '/storage/v1/upload/resumable',
    S3_PROTOCOL_PREFIX: '/storage/v1',
    UPLOAD_FILE_SIZE_LIMIT: '5368709120',
    UPLOAD_FILE_SIZE_LIMIT_STANDARD: '5368709120',
    ENABLE_IMAGE_TRANSFORMATION: 'true',
    IMGPROXY_URL: `http://127.0.0.1:${PORTS.imgproxy}`,
  },
  secrets: {
    PGPASSWORD: 'service_password',
    ANON_KEY: 'anon_token',
    SERVICE_KEY: 'service_token',
    AUTH_JWT_SECRET: 'trusted_jwt_secret',
    PGRST_JWT_SECRET: 'trusted_jwt_secret',
    JWT_JWKS: 'jwks',
    S3_PROTOCOL_ACCESS_KEY_ID: 's3_access_key_id',
    S3_PROTOCOL_ACCESS_KEY_SECRET: 's3_access_key_secret',
  },
  healthCheck: check('CMD', 'wget', '-q', '--spider', `http://127.0.0.1:${PORTS.storage}/status`),
  after: { rest: 'HEALTHY', imgproxy: 'START' },
  share: 150,
  scratch: { '/tmp': 32 },
};

export const META: ContainerSpec = {
  name: 'meta',
  image: IMAGES.meta,
  port: PORTS.meta,
  environment: {
    PG_META_HOST: '127.0.0.1',
    PG_META_PORT: String(PORTS.meta),
    PG_META_ADMIN_PORT: '0',
    PG_META_DB_HOST: '{{database_host}}',
    PG_META_DB_PORT: '{{database_port}}',
    PG_META_DB_NAME: '{{database_name}}',
    PG_META_DB_USER: 'supabase_admin{{role_suffix}}',
    PG_META_DB_SSL_MODE: 'no-verify',
  },
  secrets: { PG_META_DB_PASSWORD: 'service_password', CRYPTO_KEY: 'meta_key' },
  healthCheck: check(
    'CMD-SHELL',
    `node -e "fetch('http://127.0.0.1:${PORTS.meta}/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`,
  ),
  after: {},
  share: 80,
  scratch: { '/tmp': 16 },
};
