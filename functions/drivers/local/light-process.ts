import type { ProjectSecret } from '../../core/project/project-secret.ts';
import { stackKeys } from '../../core/project/stack-keys.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { Cluster, Clusters } from './clusters.ts';
import type { CompileCache } from './compile-cache.ts';
import type { Program } from './light-program.ts';
import type { ProjectFiles } from './objects.ts';
import { DATABASE, PORT } from './postgres-client.ts';
import type { Supervised } from './supervised.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * Node's heap for one project, in megabytes. A small young generation is what keeps an idle process small; the old
 * one is a limit, not a reservation, and above what serving requests takes.
 */
export const NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=2', '--max-old-space-size=256'];

export interface LightParts {
  readonly supervisor: Supervisor;
  readonly clusters: Clusters;
  /** The node to run it with and the file to run, both readable for every cluster's user. */
  readonly program: Program;
  readonly compiled: CompileCache;
}

/** Starts light processes: each waits for one line of configuration, then serves until its stdin ends. */
export class LightProcesses {
  readonly #parts: LightParts;

  constructor(parts: LightParts) {
    this.#parts = parts;
  }

  async boot(cluster: Cluster): Promise<Supervised> {
    const { supervisor, clusters, program, compiled } = this.#parts;
    const owner = await clusters.owner(cluster);
    const cache = await compiled.folderFor(cluster, owner);
    return supervisor.start(
      {
        name: `light ${cluster.id}`,
        source: 'light',
        command: program.node,
        // Names the cluster in the process list, where a later supervisor looks for orphans.
        argv0: `${cluster.folder}/light`,
        args: [...NODE_OPTIONS, program.main],
        cwd: cluster.folder,
        env: { CONFIG_FROM: 'stdin', NODE_ENV: 'production', TZ: 'UTC', NODE_COMPILE_CACHE: cache },
        ...(owner === undefined ? {} : { owner }),
        stdin: true,
        stop: [['SIGTERM', 4000]],
      },
      cluster.logs,
      false,
    );
  }

  stop(light: Supervised): Promise<void> {
    return this.#parts.supervisor.stop(light);
  }
}

export interface LightSettings {
  readonly cluster: Cluster;
  readonly socket: string;
  readonly files: ProjectFiles;
  /** Where clients reach the project. */
  readonly url: string;
  /** Where its own functions reach it. */
  readonly ownUrl: string;
  /** What its owner has set. */
  readonly chosen: SettingsEnvironment;
}

/** What a process is told of its project's settings; the values of `secrets` are by these keys in the secret's own. */
export interface SettingsEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** One line: it is what the process reads before it serves. */
export function lightConfig(stack: Stack, secret: ProjectSecret, settings: LightSettings): string {
  const { chosen, cluster, files, ownUrl, socket, url } = settings;
  const secrets = Object.entries(chosen.secrets).map(([name, key]) => [name, secret.settings[key] ?? '']);
  const keys = stackKeys(secret);
  const config = {
    ...chosen.variables,
    ...Object.fromEntries(secrets),
    PROJECT_REF: stack.ref,
    API_EXTERNAL_URL: url,
    JWT_SECRET: secret.jwt_secret,
    ANON_KEY: secret.anon_key,
    SERVICE_ROLE_KEY: secret.service_role_key,
    LEGACY_KEYS_ENABLED: keys.legacy_keys_enabled,
    PUBLISHABLE_KEYS: keys.publishable_keys,
    SECRET_KEYS: keys.secret_keys,
    SECRET_KEY_CLAIMS: keys.secret_key_claims,
    JWT_KEYS: keys.jwt_keys,
    JWT_SECRET_REVOKED: keys.jwt_secret_revoked,
    POSTGRES_HOST: cluster.sockets,
    POSTGRES_PORT: PORT,
    POSTGRES_DB: DATABASE,
    POSTGRES_PASSWORD: secret.service_password,
    SERVICES: servicesOf(stack).join(','),
    LISTEN: `unix:${socket}`,
    MAILER_OUTBOX: cluster.outbox,
    STORAGE_PATH: files.storage,
    FUNCTIONS_PATH: files.functions,
    FUNCTIONS_API_URL: ownUrl,
  };
  return `${JSON.stringify(config)}\n`;
}

/** The services that the light process has to serve: the database is a process of its own. */
export function servicesOf(stack: Stack): readonly Exclude<Stack['template']['services'][number], 'db'>[] {
  return stack.template.services.filter((service) => service !== 'db');
}
