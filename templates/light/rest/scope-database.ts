import type { CompiledQuery } from 'kysely';
import type { PoolClient } from 'pg';
import type { Database } from '../database/connections.ts';
import { JsonRowsConnection } from './json-rows.ts';
import { PlanConnection } from './plans.ts';
import { queryOver } from './query-over.ts';
import type { RequestScope } from './request-scope.ts';

export type NameStatement = (text: string) => string | undefined;

/** What lite asks on behalf of a request; what it cannot put into an answer is kept beside, in the scope. */
export function databaseFor(scope: RequestScope, client: PoolClient, nameStatement: NameStatement): Database {
  const { plan: wish, form } = scope.wishes;
  if (wish !== undefined) {
    const onPlan = (plan: string) => (scope.found.plan = plan);
    const isOwn = (query: CompiledQuery) => scope.found.plan === undefined && isOwnOf(scope, query);
    return queryOver(new PlanConnection(client, wish, { isOwn, onPlan }));
  }
  return queryOver(
    new JsonRowsConnection(client, {
      nameStatement,
      form,
      onFormed: (query, rows) => {
        if (scope.found.formed === undefined && isOwnOf(scope, query)) scope.found.formed = rows;
      },
    }),
  );
}

/** A change is told by its kind, since looking comes before it; a reading is the first, since counting comes after it. */
function isOwnOf({ method, path }: RequestScope, { query }: CompiledQuery): boolean {
  const reads = method === 'GET' || method === 'HEAD' || path.startsWith('/rpc/');
  return reads || query.kind !== 'SelectQueryNode';
}
