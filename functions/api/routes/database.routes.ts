import type { z } from 'zod';
import { databaseOperations } from '../../contract/database.contract.ts';
import { runAsOwner } from '../../core/database/run-as-owner.ts';
import { type Rows, runQuery } from '../../core/database/run-query.ts';
import type { DomainError } from '../../core/kernel/errors.ts';
import type { Json } from '../../core/kernel/json.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = databaseOperations;

export const databaseRoutes: Record<keyof typeof databaseOperations, Route> = {
  runQuery: onProject(O.runQuery, async ({ project, body, actor, ports }) => {
    await ports.uses.note(project.value.ref, 'postgres');
    const { read_only: readOnly = false } = body;
    const query = { ...textOf(body), readOnly };
    const run = readOnly
      ? runQuery(project.value, query, ports)
      : runAsOwner(project.value, query, actor, ports);
    return rows(await run);
  }),

  runReadOnlyQuery: onProject(O.runReadOnlyQuery, async ({ project, body, ports }) => {
    await ports.uses.note(project.value.ref, 'postgres');
    return rows(await runQuery(project.value, { ...textOf(body), readOnly: true }, ports));
  }),
};

/** With parameters it may be one statement only, so an empty list of them is none. */
function textOf({ query: sql, parameters = [] }: z.infer<typeof O.runReadOnlyQuery.body>) {
  return parameters.length === 0 ? { sql } : { sql, parameters };
}

function rows(result: Result<Rows, DomainError>): Result<Record<string, Json>[], DomainError> {
  return result.ok ? ok([...result.value]) : result;
}
