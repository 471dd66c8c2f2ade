import type { Stack } from './stack.ts';

/** The project's address: whether the edge knows the way to it. All methods may be repeated. */
export interface Routes {
  publish(stack: Stack): Promise<void>;
  retract(stack: Stack): Promise<void>;
  /** True, too, of a stack that has nothing that could be reached. */
  isPublished(stack: Stack): Promise<boolean>;
}
