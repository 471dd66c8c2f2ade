import type { ProjectRef } from '../kernel/ids.ts';

/** Requests that a project is not to answer, because its organization has used up what its plan includes. */
export interface RefusedRequests {
  /** Null: any. */
  readonly methods: readonly string[] | null;
  /** A regular expression for the path, as below the project's address, without the query string. */
  readonly path: string;
  /** For whoever is refused. */
  readonly because: string;
}

/** What a stack is to refuse by itself: nothing, where what stands before it does. */
export interface Refusals {
  of(ref: ProjectRef): Promise<readonly RefusedRequests[]>;
}

export const NO_REFUSALS: Refusals = { of: async () => [] };
