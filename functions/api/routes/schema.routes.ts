import { schemaOperations } from '../../contract/schema.contract.ts';
import { describeDatabases } from '../../core/database/describe-database.ts';
import { describeRest } from '../../core/database/describe-rest.ts';
import { generateTypes } from '../../core/database/generate-types.ts';
import { listBuckets } from '../../core/database/list-buckets.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = schemaOperations;

export const schemaRoutes: Record<keyof typeof schemaOperations, Route> = {
  generateTypes: onProject(O.generateTypes, async ({ project, query, ports }) => {
    const { included_schemas: schemas = 'public' } = query;
    const names = schemas.split(',').map((name) => name.trim());
    const types = await generateTypes(project.value, names, ports);
    return types.ok ? ok({ types: types.value }) : types;
  }),

  getDatabaseOpenApi: onProject(O.getDatabaseOpenApi, async ({ project, query, ports }) => {
    const { schema = 'public' } = query;
    const described = await describeRest(project.value, schema, ports);
    return described.ok ? ok({ ...described.value }) : described;
  }),

  getDatabaseContext: onProject(O.getDatabaseContext, async ({ project, ports }) => {
    const databases = await describeDatabases(project.value, ports);
    return databases.ok ? ok({ databases: databases.value }) : databases;
  }),

  listBuckets: onProject(O.listBuckets, ({ project, ports }) => listBuckets(project.value, ports)),
};
