import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../gateway/caller.ts';

/** What the database connection needs to know of the request it works for; lite hands it only the claims. */
export interface RequestScope {
  readonly caller: Caller;
  readonly method: string;
  /** Path below the service's prefix. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const requestScope = new AsyncLocalStorage<RequestScope>();
