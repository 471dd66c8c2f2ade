import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** More than a project may have, so that the limit itself is the answer. */
const MAX_AT_ONCE = 1000;

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(256)
  .regex(/^[^=\p{Cc}]+$/u, 'must not hold "=" or control characters');

export const functionSecretOperations = {
  listSecrets: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/secrets',
    summary: "List the secrets of a project's functions",
    policy: { on: 'project', permission: 'edge_functions_secrets_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        name: z.string(),
        value: z.string().meta({ description: 'SHA-256 of the value, in hex' }),
        updated_at: z.string().optional(),
      }),
    ),
  }),
  setSecrets: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/secrets',
    summary: "Set secrets of a project's functions",
    policy: { on: 'project', permission: 'edge_functions_secrets_write' },
    params: refParams,
    query: none,
    body: z
      .array(
        z.strictObject({
          name: name
            .regex(/^(?!SUPABASE_)/, 'must not start with SUPABASE_')
            // An object that is read from JSON cannot have it.
            .regex(/^(?!__proto__$)/, 'must not be __proto__'),
          value: z
            .string()
            .max(24_576)
            .regex(/^[^\0]*$/, 'must not hold a NUL character'),
        }),
      )
      .max(MAX_AT_ONCE),
    status: 201,
    response: none,
  }),
  deleteSecrets: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/secrets',
    summary: "Delete secrets of a project's functions",
    policy: { on: 'project', permission: 'edge_functions_secrets_write' },
    params: refParams,
    query: none,
    body: z.array(z.string().max(256)).max(MAX_AT_ONCE),
    status: 200,
    response: none,
  }),
} as const;
