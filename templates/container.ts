import type { SecretValue } from '../functions/core/project/project-secret.ts';
import type { StackKeys } from '../functions/core/project/stack-keys.ts';
import type { SettingKey } from '../functions/core/project/settings/settings.ts';

/**
 * What a task's containers are told about the project and the place they run in. An environment value names one as
 * `{{name}}`.
 */
export const PLACE = [
  'ref',
  /** The project's own address, `https://<ref>.<root>`. */
  'url',
  'region',
  'bucket',
  'database_host',
  'database_port',
  'database_name',
  /** Ends the names of the project's own database roles where projects share a cluster; empty elsewhere. */
  'role_suffix',
  /** Where the project's tools answer, if they run. */
  'tools_host',
] as const;
export type Place = Readonly<Record<(typeof PLACE)[number], string>>;

/** Keys that only the containers of one project use among themselves; see `internal-keys.ts`. */
export const INTERNAL_KEYS = [
  'realtime_key',
  'session_key',
  'meta_key',
  's3_access_key_id',
  's3_access_key_secret',
  'logs_public_token',
  'logs_private_token',
  /** Of the role that functions log in as. They may read it, so that it opens nothing else. */
  'functions_password',
] as const;
export type InternalKey = (typeof INTERNAL_KEYS)[number];

/** What of a project's own keys only its containers need; see `project-keys.ts`. */
export const PROJECT_KEYS = [
  /** The JWTs that stand for the two roles within the project. */
  'anon_token',
  'service_token',
  /** The first one of each type. */
  'publishable_key',
  'secret_key',
  'trusted_jwt_secret',
  /** Who holds which key, as Kong's configuration has it. */
  'gateway_consumers',
  'gateway_bearers',
  'gateway_tokens',
] as const;
export type ProjectKey = (typeof PROJECT_KEYS)[number];

/** A key of the project's one JSON secret. */
export type SecretKey = SecretValue | InternalKey | SettingKey | ProjectKey | keyof StackKeys;

export interface Image {
  /** Who publishes it decides where it is pulled from; see `ImageRegistries`. */
  readonly source: 'supabase' | 'baseplane';
  readonly name: string;
  readonly tag: string;
}

export interface HealthCheck {
  readonly command: readonly ['CMD' | 'CMD-SHELL', ...string[]];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  /** Seconds in which a failure does not count. */
  readonly startSeconds: number;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: Image;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variables whose values only ECS sees, each from a key of the project's secret. */
  readonly secrets: Readonly<Record<string, SecretKey>>;
  readonly healthCheck: HealthCheck;
  /** Containers of the task that come first, and whether they must only have started or also be healthy. */
  readonly after: Readonly<Record<string, 'START' | 'HEALTHY'>>;
  /** Thousandths of the task's CPU and memory. */
  readonly share: number;
  /** Folders that may be written to, with their largest size in MiB; they are memory and end with the task. */
  readonly scratch?: Readonly<Record<string, number>>;
  /** Why the root file system is not read-only; it is where nothing is said. */
  readonly writableRoot?: string;
}

/** What Fargate is asked for: CPU units (1,024 a core) and MiB. */
interface FargateSize {
  readonly cpu: number;
  readonly memory: number;
}

/** Supabase's compute sizes that a task can have. The larger ones are sizes of a database alone. */
export const TASK_SIZES = ['nano', 'micro', 'small', 'medium', 'large'] as const;
export type TaskSize = (typeof TASK_SIZES)[number];

type Sizes = Readonly<Record<TaskSize, FargateSize>>;

export const LIGHT_SIZES: Sizes = {
  nano: { cpu: 256, memory: 512 },
  micro: { cpu: 256, memory: 1024 },
  small: { cpu: 512, memory: 2048 },
  medium: { cpu: 1024, memory: 4096 },
  large: { cpu: 2048, memory: 8192 },
};

/** Supabase asks for 4 GiB for all its containers: half of it without the database, Studio and analytics. */
export const FULL_SIZES: Sizes = {
  nano: { cpu: 512, memory: 2048 },
  micro: { cpu: 512, memory: 3072 },
  small: { cpu: 1024, memory: 4096 },
  medium: { cpu: 2048, memory: 8192 },
  large: { cpu: 4096, memory: 16384 },
};

/** One size fits every project's tools. */
export const TOOLS_SIZE: FargateSize = { cpu: 512, memory: 2048 };

/** One Fargate task: containers that reach each other at 127.0.0.1. */
export interface TaskSpec {
  readonly containers: readonly ContainerSpec[];
  readonly sizes: Sizes;
}
