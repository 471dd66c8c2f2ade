import type { Stack } from './stack.ts';

/** The room for a project's files. All methods may be repeated. */
export interface Objects {
  prepare(stack: Stack): Promise<void>;
  /** Deletes every object, version and unfinished upload of the project. */
  delete(stack: Stack): Promise<void>;
}
