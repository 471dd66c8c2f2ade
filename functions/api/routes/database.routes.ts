import { databaseOperations } from '../../contract/database.contract.ts';
import type { DomainError } from '../../core/kernel/errors.ts';
import type { Json } from '../../core/kernel/json.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { runQuery } from '../../core/project/run-query.ts';
import { type Route, onProject } from '../route.ts';

type Rows = Record<string, Json>[];

export const databaseRoutes: Record<keyof typeof databaseOperations, Route> = {
  runQuery: onProject(databaseOperations.runQuery, async ({ project, body, ports }) => {
    const { query: sql, parameters = [], read_only: readOnly = false } = body;
    return rows(await runQuery(project.value, { sql, parameters, readOnly }, ports));
  }),

  runReadOnlyQuery: onProject(databaseOperations.runReadOnlyQuery, async ({ project, body, ports }) => {
    const { query: sql, parameters = [] } = body;
    return rows(await runQuery(project.value, { sql, parameters, readOnly: true }, ports));
  }),
};

function rows(result: Result<readonly Record<string, Json>[], DomainError>): Result<Rows, DomainError> {
  return result.ok ? ok([...result.value]) : result;
}
