import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** Below what an item of the table may weigh, with what JSON adds to it. */
const MAX_SQL_CHARACTERS = 50_000;

const person = z.object({ id: z.number(), username: z.string() });

const snippet = z.object({
  id: z.string(),
  inserted_at: z.string(),
  updated_at: z.string(),
  type: z.literal('sql'),
  visibility: z.enum(['user', 'project', 'org', 'public']),
  name: z.string(),
  description: z.string().nullable(),
  project: z.object({ id: z.number(), ref: z.string(), name: z.string() }),
  owner: person,
  updated_by: person,
  favorite: z.boolean(),
});

const whole = snippet.extend({
  content: z.object({ favorite: z.boolean(), schema_version: z.string(), sql: z.string() }),
});

const text = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(256, 'must have at most 256 characters')
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  description: z.string().max(1000).nullable().optional(),
  visibility: z.enum(['user', 'project']).optional(),
  favorite: z.boolean().optional(),
  sql: z.string().max(MAX_SQL_CHARACTERS, `must have at most ${MAX_SQL_CHARACTERS} characters`),
});

const id = z.uuid('must be the id of a snippet');
const inProject = z.strictObject({ ...refParams.shape, id });
const write = { on: 'project', permission: 'database_write' } as const;

export const snippetOperations = {
  listSnippets: operation({
    method: 'GET',
    path: '/v1/snippets',
    summary: 'List the saved SQL that the token reaches',
    policy: { on: 'caller' },
    params: none,
    query: z.strictObject({
      project_ref: refParams.shape.ref.optional(),
      cursor: z.string().max(128).optional(),
      limit: z
        .string()
        .regex(/^([1-9]\d?|100)$/, 'must be a number from 1 to 100')
        .optional(),
      sort_by: z.enum(['name', 'inserted_at']).optional(),
      sort_order: z.enum(['asc', 'desc']).optional(),
    }),
    body: none,
    status: 200,
    response: z.object({ data: z.array(snippet), cursor: z.string().optional() }),
  }),
  getSnippet: operation({
    method: 'GET',
    path: '/v1/snippets/{id}',
    summary: 'Get saved SQL',
    policy: { on: 'caller' },
    params: z.strictObject({ id }),
    query: none,
    body: none,
    status: 200,
    response: whole,
  }),
  createSnippet: operation({
    method: 'POST',
    path: '/platform/projects/{ref}/snippets',
    summary: 'Save SQL',
    policy: write,
    params: refParams,
    query: none,
    body: text,
    status: 201,
    response: whole,
  }),
  updateSnippet: operation({
    method: 'PATCH',
    path: '/platform/projects/{ref}/snippets/{id}',
    summary: 'Change saved SQL',
    policy: write,
    params: inProject,
    query: none,
    body: text.partial(),
    status: 200,
    response: whole,
  }),
  deleteSnippet: operation({
    method: 'DELETE',
    path: '/platform/projects/{ref}/snippets/{id}',
    summary: 'Delete saved SQL',
    policy: write,
    params: inProject,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
} as const;
