import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../gateway/caller.ts';
import type { Form, FormedRow } from './forms.ts';
import type { DatabaseSchema } from './introspection.ts';
import type { PlanWish } from './plans.ts';

/** What the database connection needs to know of the request it works for; lite hands it only the claims. */
export interface RequestScope {
  readonly caller: Caller;
  readonly method: string;
  /** Path below the service's prefix. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON it brings, or nothing. */
  readonly body: string;
  /** The database schema whose tables and functions the request means. */
  readonly schema: string;
  readonly known: DatabaseSchema;
  /** What the answer is to be instead of rows as JSON. */
  readonly wishes: { readonly form: Form | undefined; readonly plan: PlanWish | undefined };
  /** What was found of it. */
  readonly found: { formed?: readonly FormedRow[]; plan?: string };
}

const scopes = new AsyncLocalStorage<RequestScope>();

export function runInScope<T>(scope: RequestScope, run: () => T): T {
  return scopes.run(scope, run);
}

export function currentScope(): RequestScope {
  const scope = scopes.getStore();
  if (scope === undefined) throw new Error('REST was used outside a request.');
  return scope;
}
