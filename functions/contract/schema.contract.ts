import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** Of a schema; what cannot stand in a header cannot be asked for. */
const SCHEMA = /^[\x21-\x2b\x2d-\x7e]{1,63}$/;

const schemas = z
  .string()
  .max(4096)
  .refine((list) => list.split(',').every((name) => SCHEMA.test(name.trim())), {
    message: 'must be names of schemas, with commas in between',
  });

const readDatabase = { on: 'project', permission: 'database_read' } as const;

/** What is in a project's database. */
export const schemaOperations = {
  generateTypes: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/types/typescript',
    summary: 'Generate the TypeScript types of the database',
    policy: readDatabase,
    params: refParams,
    query: z.strictObject({ included_schemas: schemas.optional() }),
    body: none,
    status: 200,
    response: z.object({ types: z.string() }),
  }),
  getDatabaseOpenApi: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/database/openapi',
    summary: 'Describe the REST API of a schema',
    policy: readDatabase,
    params: refParams,
    query: z.strictObject({ schema: z.string().regex(SCHEMA, 'must be the name of a schema').optional() }),
    body: none,
    status: 200,
    response: z.record(z.string(), z.json()),
  }),
  getDatabaseContext: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/database/context',
    summary: 'List the databases of a project and their schemas',
    policy: readDatabase,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      databases: z.array(
        z.object({
          name: z.string(),
          schemas: z.array(z.object({ name: z.string(), owner: z.string() })),
        }),
      ),
    }),
  }),
  listBuckets: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/storage/buckets',
    summary: 'List the buckets of Storage',
    policy: { on: 'project', permission: 'storage_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        owner: z.string(),
        created_at: z.string(),
        updated_at: z.string(),
        public: z.boolean(),
      }),
    ),
  }),
} as const;
