import { readFileSync } from 'node:fs';
import type { ContainerSpec } from '../container.ts';
import { check } from './containers.ts';
import { IMAGES } from './images.ts';
import { PORTS } from './routes.ts';

const MAIN = readFileSync(new URL('functions-main.js', import.meta.url), 'utf8');
const FOLDER = '/tmp/main';

export const FUNCTIONS: ContainerSpec = {
  name: 'functions',
  image: IMAGES.functions,
  entryPoint: ['sh', '-c'],
  command: [
    [
      `mkdir -p ${FOLDER}`,
      `printf %s "$MAIN_SERVICE" > ${FOLDER}/index.js`,
      'unset MAIN_SERVICE',
      `exec edge-runtime start --main-service ${FOLDER} --ip 127.0.0.1 --port ${PORTS.functions}`,
    ].join(' && '),
  ],
  port: PORTS.functions,
  environment: {
    MAIN_SERVICE: MAIN,
    PORT: String(PORTS.functions),
    PROJECT_REF: '{{ref}}',
    BUCKET: '{{bucket}}',
    REGION: '{{region}}',
    SUPABASE_URL: '{{url}}',
    DATABASE_URL:
      'postgresql://supabase_functions_admin{{role_suffix}}@{{database_host}}:{{database_port}}/{{database_name}}',
  },
  secrets: {
    SUPABASE_JWKS: 'jwks',
    SUPABASE_PUBLISHABLE_KEYS: 'publishable_keys',
    SUPABASE_SECRET_KEYS: 'secret_keys',
    SUPABASE_ANON_KEY: 'anon_key',
    SUPABASE_SERVICE_ROLE_KEY: 'service_role_key',
    DATABASE_PASSWORD: 'functions_password',
    SERVICE_PASSWORD: 'service_password',
  },
  healthCheck: check('CMD-SHELL', `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${PORTS.functions}'`),
  after: {},
  share: 200,
  writableRoot: 'Deno keeps the modules that functions import in the home folder of its user.',
};
