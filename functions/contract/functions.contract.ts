import { z } from 'zod';
import { formAnswer, none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** Supabase's own limit on what is deployed at once. */
const MAX_DEPLOYMENT_BYTES = 20 * 1024 * 1024;

/** One less than a transaction takes, which the audit event is part of. */
const MAX_UPDATES = 99;

const ESZIP =
  'A bundle that the edge runtime has made cannot be read here: deploy the sources, with `supabase functions deploy --use-api`.';

export const functionSlug = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,127}$/, 'must be 1 to 128 letters, digits, "-" or "_", a letter first');
const name = z
  .string()
  .min(1, 'must not be empty')
  .max(256)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');
const path = z.string().max(1024);
const bool = z.enum(['true', 'false']).transform((text) => text === 'true');

const functionParams = refParams.extend({
  function_slug: functionSlug.meta({ description: 'Slug of a function', example: 'hello-world' }),
});

const status = z.enum(['ACTIVE', 'REMOVED', 'THROTTLED']);

const fn = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status,
  version: z.int(),
  created_at: z.int().meta({ description: 'Milliseconds since 1970' }),
  updated_at: z.int().meta({ description: 'Milliseconds since 1970' }),
  verify_jwt: z.boolean(),
  import_map: z.boolean(),
  entrypoint_path: z.string().meta({ description: 'As a file URL, in a folder of its own for each version' }),
  import_map_path: z.string().optional(),
  ezbr_sha256: z.string().meta({ description: 'SHA-256 of what was deployed' }),
});

export type FunctionBody = z.infer<typeof fn>;

/** What the official client says of a bundle in the query; sources say it of themselves. */
const aboutBundle = {
  name: name.optional(),
  verify_jwt: bool.optional(),
  import_map: bool.optional().meta({ description: 'Ignored' }),
  entrypoint_path: path.optional(),
  import_map_path: path.optional(),
  ezbr_sha256: z.string().max(64).optional().meta({ description: 'Ignored' }),
};

const source = z.string().min(1, 'must not be empty').meta({ description: 'Source of the entrypoint' });

export const functionOperations = {
  listFunctions: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/functions',
    summary: "List a project's functions",
    policy: { on: 'project', permission: 'edge_functions_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(fn),
  }),
  createFunction: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/functions',
    summary: 'Create a function of one file',
    policy: { on: 'project', permission: 'edge_functions_write' },
    params: refParams,
    query: z.strictObject({ slug: functionSlug.optional(), ...aboutBundle }),
    refusedTypes: { 'application/vnd.denoland.eszip': ESZIP },
    body: z.strictObject({ slug: functionSlug, name, body: source, verify_jwt: z.boolean().optional() }),
    status: 201,
    response: fn,
  }),
  updateFunctions: operation({
    method: 'PUT',
    path: '/v1/projects/{ref}/functions',
    summary: 'Let versions that were deployed before go live, all at once',
    policy: { on: 'project', permission: 'edge_functions_write' },
    params: refParams,
    query: none,
    body: z
      .array(
        z.strictObject({
          id: z.string().max(64),
          slug: functionSlug,
          name,
          status,
          version: z.int().meta({ description: 'One of the versions that are kept' }),
          created_at: z.int().optional().meta({ description: 'Ignored' }),
          verify_jwt: z.boolean().optional(),
          import_map: z.boolean().optional().meta({ description: 'Ignored: the version says it' }),
          entrypoint_path: path.optional().meta({ description: 'Ignored: the version says it' }),
          import_map_path: path.optional().meta({ description: 'Ignored: the version says it' }),
          ezbr_sha256: z.string().max(64).optional().meta({ description: 'Ignored: the version says it' }),
        }),
      )
      .min(1)
      .max(MAX_UPDATES),
    status: 200,
    response: z.object({ functions: z.array(fn) }),
  }),
  deployFunction: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/functions/deploy',
    summary: 'Deploy a version of a function, from its sources',
    policy: { on: 'project', permission: 'edge_functions_write' },
    params: refParams,
    query: z.strictObject({
      slug: functionSlug.optional().meta({ description: "The name in the body's metadata if left out" }),
      bundleOnly: bool
        .optional()
        .meta({ description: 'true: it is kept, and goes live when it is named in an update' }),
    }),
    form: { files: 'file' },
    maxBodyBytes: MAX_DEPLOYMENT_BYTES,
    body: z.strictObject({
      metadata: z.strictObject({
        name: name.optional(),
        entrypoint_path: path.min(1),
        import_map_path: path.optional(),
        static_patterns: z.array(path).max(1000).optional().meta({ description: 'Every file is kept' }),
        verify_jwt: z.boolean().optional(),
      }),
      file: z.array(z.file()).min(1),
    }),
    status: 201,
    response: fn,
  }),
  getFunction: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/functions/{function_slug}',
    summary: 'Get a function',
    policy: { on: 'project', permission: 'edge_functions_read' },
    params: functionParams,
    query: none,
    body: none,
    status: 200,
    response: fn,
  }),
  updateFunction: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/functions/{function_slug}',
    summary: 'Change a function; with a source, deploy a version of one file',
    policy: { on: 'project', permission: 'edge_functions_write' },
    params: functionParams,
    query: z.strictObject({ slug: functionSlug.optional().meta({ description: 'Ignored' }), ...aboutBundle }),
    refusedTypes: { 'application/vnd.denoland.eszip': ESZIP },
    body: z.strictObject({
      name: name.optional(),
      body: source.optional(),
      verify_jwt: z.boolean().optional(),
    }),
    status: 200,
    response: fn,
  }),
  deleteFunction: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/functions/{function_slug}',
    summary: 'Delete a function with all its versions',
    policy: { on: 'project', permission: 'edge_functions_write' },
    params: functionParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  getFunctionBody: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/functions/{function_slug}/body',
    summary: 'Get the files of the live version of a function',
    policy: { on: 'project', permission: 'edge_functions_read' },
    params: functionParams,
    query: none,
    body: none,
    status: 200,
    answersForm: true,
    response: formAnswer(z.object({ entrypoint_path: z.string(), import_map_path: z.string().optional() })),
  }),
} as const;
