import type { ServiceName } from '../functions/core/project/template.ts';
import { LIGHT_SIZES, type TaskSpec } from './container.ts';
import type { RefusedRequests, SettingsEnvironment } from './settings/environment.ts';
import { PROJECT_PORT } from './project-routes.ts';

/** The light data plane as a task of one container. A template of fewer services names those that are on. */
export function lightTask(options: {
  readonly version: string;
  readonly services: readonly ServiceName[];
  readonly settings: SettingsEnvironment;
  readonly refusals?: RefusedRequests;
}): TaskSpec {
  return {
    containers: [
      {
        name: 'light',
        image: { source: 'baseplane', name: 'baseplane/light', tag: options.version },
        port: PROJECT_PORT,
        environment: {
          ...options.settings.variables,
          LISTEN: `0.0.0.0:${PROJECT_PORT}`,
          PROJECT_REF: '{{ref}}',
          API_EXTERNAL_URL: '{{url}}',
          POSTGRES_HOST: '{{database_host}}',
          POSTGRES_PORT: '{{database_port}}',
          POSTGRES_DB: '{{database_name}}',
          POSTGRES_ROLE_SUFFIX: '{{role_suffix}}',
          STORAGE_S3_BUCKET: '{{bucket}}',
          STORAGE_S3_PREFIX: '{{ref}}/',
          STORAGE_S3_REGION: '{{region}}',
          FUNCTIONS_S3_BUCKET: '{{bucket}}',
          FUNCTIONS_S3_PREFIX: '{{ref}}/~functions/',
          FUNCTIONS_S3_REGION: '{{region}}',
          REFUSED_REQUESTS: JSON.stringify(options.refusals ?? []),
          SERVICES: options.services.filter((service) => service !== 'db').join(','),
        },
        secrets: {
          ...options.settings.secrets,
          JWT_SECRET: 'jwt_secret',
          ANON_KEY: 'anon_key',
          SERVICE_ROLE_KEY: 'service_role_key',
          LEGACY_KEYS_ENABLED: 'legacy_keys_enabled',
          PUBLISHABLE_KEYS: 'publishable_keys',
          SECRET_KEYS: 'secret_keys',
          SECRET_KEY_CLAIMS: 'secret_key_claims',
          JWT_KEYS: 'jwt_keys',
          JWT_SECRET_REVOKED: 'jwt_secret_revoked',
          POSTGRES_PASSWORD: 'service_password',
        },
        healthCheck: {
          command: [
            'CMD-SHELL',
            `node -e "fetch('http://127.0.0.1:${PROJECT_PORT}/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`,
          ],
          intervalSeconds: 5,
          timeoutSeconds: 5,
          retries: 6,
          startSeconds: 30,
        },
        after: {},
        share: 1000,
        scratch: { '/tmp': 64 },
      },
    ],
    sizes: LIGHT_SIZES,
  };
}
