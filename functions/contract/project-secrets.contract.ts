import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const password = z
  .string()
  .min(4, 'must have at least 4 characters')
  .max(256, 'must have at most 256 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const rootKey = z.object({ root_key: z.string() });

export const projectSecretOperations = {
  updateDatabasePassword: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/database/password',
    summary: 'Change the password of the database role postgres',
    policy: { on: 'project', permission: 'database_config_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ password }),
    status: 200,
    response: z.object({ message: z.string() }),
  }),
  rotateJwtSecret: operation({
    method: 'POST',
    path: '/platform/projects/{ref}/jwt-secret/rotate',
    summary: 'Replace the JWT secret: the legacy API keys change, and tokens that it has signed end',
    policy: { on: 'project', permission: 'auth_signing_keys_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  getPgsodiumConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/pgsodium',
    summary: 'Get the root key that is kept for pgsodium, an extension that no database here has',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: rootKey,
  }),
  updatePgsodiumConfig: operation({
    method: 'PUT',
    path: '/v1/projects/{ref}/pgsodium',
    summary: 'Keep another root key for pgsodium, an extension that no database here has',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    query: none,
    body: z.strictObject({
      root_key: z.string().regex(/^[0-9A-Fa-f]{64}$|^[\w+/-]{43}=?$/, 'must be 32 bytes, in hex or base64'),
    }),
    status: 200,
    response: rootKey,
  }),
} as const;
