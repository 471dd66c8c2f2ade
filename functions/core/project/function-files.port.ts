import type { ProjectRef } from '../kernel/ids.ts';

export interface FunctionFile {
  /** Relative, with `/`, inside the function's folder. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** What the project's services are told of a function: which of its bundles they serve, and how. */
export interface PublishedFunction {
  readonly slug: string;
  readonly version: number;
  readonly status: 'ACTIVE' | 'REMOVED' | 'THROTTLED';
  readonly verify_jwt: boolean;
  readonly entrypoint_path: string;
  readonly import_map_path: string | null;
  /** Id of the bundle with its files. */
  readonly bundle: string;
}

/**
 * Where the files of a project's functions lie, and where its services look for what they serve. A bundle never
 * changes; what is published changes in one step, so that a reader finds the old or the new and nothing in between.
 * All methods may be repeated.
 * @throws {TransientError | PortError} as the Databases port does
 */
export interface FunctionFiles {
  /** Keeps a bundle; it is complete when this answers, and nothing of it is served yet. */
  put(ref: ProjectRef, slug: string, bundle: string, files: readonly FunctionFile[]): Promise<void>;
  /** The files of a bundle, sorted by path; undefined where there is none. */
  get(ref: ProjectRef, slug: string, bundle: string): Promise<readonly FunctionFile[] | undefined>;
  drop(ref: ProjectRef, slug: string, bundles: readonly string[]): Promise<void>;
  /** The services of the project serve this from now on. */
  publish(ref: ProjectRef, published: PublishedFunction): Promise<void>;
  /** The services of the project serve nothing under this name from now on. */
  retract(ref: ProjectRef, slug: string): Promise<void>;
  /** Hands the services the secrets of all functions, sealed by `sealSecrets`. */
  publishSecrets(ref: ProjectRef, sealed: Uint8Array): Promise<void>;
}
