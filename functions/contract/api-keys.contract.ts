import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** A truth value as a query string carries it. */
const truth = z.enum(['true', 'false']);

const keyParams = refParams.extend({ id: z.uuid() });
const reveal = z.strictObject({ reveal: truth.optional() });

const name = z
  .string()
  .min(4, 'must have at least 4 characters')
  .max(64, 'must have at most 64 characters')
  .regex(/^[a-z_][a-z0-9_]+$/, 'must be lower-case letters, digits and "_", and begin with no digit');
const description = z.string().max(512, 'must have at most 512 characters').nullable().optional();
const template = z
  .record(z.string(), z.json())
  .refine(({ role }) => typeof role === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(role), {
    message: 'must have a role: the name of a database role',
    path: ['role'],
  })
  .refine((value) => JSON.stringify(value).length <= 1024, 'must have at most 1,024 bytes')
  .nullable()
  .optional()
  .meta({
    description: 'Claims that requests with the secret key act under, `{"role": "service_role"}` if left out',
  });

const apiKey = z.object({
  api_key: z.string().nullable(),
  id: z.string().nullable(),
  type: z.enum(['legacy', 'publishable', 'secret']).nullable(),
  prefix: z.string().nullable(),
  name: z.string(),
  description: z.string().nullable(),
  hash: z.string().nullable(),
  secret_jwt_template: z.record(z.string(), z.json()).nullable(),
  inserted_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime().nullable(),
});

const enabled = z.object({ enabled: z.boolean() });
const read = { on: 'project', permission: 'api_gateway_keys_read' } as const;
const write = { on: 'project', permission: 'api_gateway_keys_write' } as const;

export const apiKeyOperations = {
  getProjectApiKeys: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/api-keys',
    summary: "List a project's API keys",
    policy: read,
    params: refParams,
    query: reveal,
    body: none,
    status: 200,
    response: z.array(apiKey),
  }),
  createProjectApiKey: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/api-keys',
    summary: 'Create an API key',
    policy: write,
    params: refParams,
    query: reveal,
    body: z.strictObject({
      type: z.enum(['publishable', 'secret']),
      name,
      description,
      secret_jwt_template: template,
    }),
    status: 201,
    response: apiKey,
  }),
  getProjectLegacyApiKeys: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/api-keys/legacy',
    summary: 'Tell whether the API keys anon and service_role, which are JWTs, are taken',
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: enabled,
  }),
  updateProjectLegacyApiKeys: operation({
    method: 'PUT',
    path: '/v1/projects/{ref}/api-keys/legacy',
    summary: 'Enable or disable the API keys anon and service_role, which are JWTs',
    policy: write,
    params: refParams,
    query: z.strictObject({ enabled: truth }),
    body: none,
    status: 200,
    response: enabled,
  }),
  createTemporaryApiKey: operation({
    method: 'POST',
    path: '/platform/projects/{ref}/api-keys/temporary',
    summary: "Make a key for a project's services that ends by itself: a JWT of the role service_role",
    policy: read,
    params: refParams,
    query: z.strictObject({
      authorization_exp: z.coerce
        .number()
        .int()
        .min(30)
        .max(3600)
        .default(300)
        .meta({ description: 'Seconds that it is taken for' }),
      claims: z
        .literal('{"role":"service_role"}')
        .optional()
        .meta({ description: 'Nothing else can be had' }),
    }),
    body: none,
    status: 201,
    response: z.object({ api_key: z.string() }),
  }),
  getProjectApiKey: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/api-keys/{id}',
    summary: 'Get an API key',
    policy: read,
    params: keyParams,
    query: reveal,
    body: none,
    status: 200,
    response: apiKey,
  }),
  updateProjectApiKey: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/api-keys/{id}',
    summary: 'Change what an API key is called or stands for',
    policy: write,
    params: keyParams,
    query: reveal,
    body: z.strictObject({ name: name.optional(), description, secret_jwt_template: template }),
    status: 200,
    response: apiKey,
  }),
  deleteProjectApiKey: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/api-keys/{id}',
    summary: 'Delete an API key: it is not taken any more',
    policy: write,
    params: keyParams,
    query: reveal.extend({ was_compromised: truth.optional(), reason: z.string().max(256).optional() }),
    body: none,
    status: 200,
    response: apiKey,
  }),
} as const;
