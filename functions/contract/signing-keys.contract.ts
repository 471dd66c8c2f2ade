import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const keyParams = refParams.extend({ id: z.uuid() });
const algorithm = z.enum(['EdDSA', 'ES256', 'RS256', 'HS256']);
const status = z.enum(['in_use', 'previously_used', 'revoked', 'standby']);

/** Base64url, as a JSON Web Key has its numbers. */
const part = z
  .string()
  .regex(/^[\w-]+$/, 'must be base64url')
  .max(1024);
/** What all kinds of keys may have beside their material. */
const more = {
  kid: z.uuid().optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.enum(['sign', 'verify']))
    .length(2)
    .optional(),
  ext: z.literal(true).optional(),
};

const privateJwk = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    alg: z.literal('RS256').optional(),
    n: part,
    e: z.literal('AQAB'),
    d: part,
    p: part,
    q: part,
    dp: part,
    dq: part,
    qi: part,
    ...more,
  }),
  z.strictObject({
    kty: z.literal('EC'),
    alg: z.literal('ES256').optional(),
    crv: z.literal('P-256'),
    x: part,
    y: part,
    d: part,
    ...more,
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    alg: z.literal('EdDSA').optional(),
    crv: z.literal('Ed25519'),
    x: part,
    d: part,
    ...more,
  }),
  z.strictObject({ kty: z.literal('oct'), alg: z.literal('HS256').optional(), k: part.min(16), ...more }),
]);

const signingKey = z.strictObject({
  id: z.uuid(),
  algorithm,
  status,
  public_jwk: z
    .record(z.string(), z.json())
    .nullable()
    .meta({ description: 'Null for a key that is a secret' }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const read = { on: 'project', permission: 'auth_signing_keys_read' } as const;
const write = { on: 'project', permission: 'auth_signing_keys_write' } as const;

export const signingKeyOperations = {
  getProjectSigningKeys: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/auth/signing-keys',
    summary: "List the keys that a project's tokens are signed with",
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.strictObject({ keys: z.array(signingKey) }),
  }),
  createProjectSigningKey: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/config/auth/signing-keys',
    summary: 'Create or import a signing key, on standby unless said otherwise',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({
      algorithm,
      status: z.enum(['in_use', 'standby']).optional(),
      private_jwk: privateJwk.optional(),
    }),
    status: 201,
    response: signingKey,
  }),
  getLegacySigningKey: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/auth/signing-keys/legacy',
    summary: "Get the entry of the project's JWT secret among its signing keys",
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: signingKey,
  }),
  createLegacySigningKey: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/config/auth/signing-keys/legacy',
    summary: "Have the project's JWT secret stand among its signing keys",
    policy: write,
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: signingKey,
  }),
  getProjectSigningKey: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/auth/signing-keys/{id}',
    summary: 'Get a signing key',
    policy: read,
    params: keyParams,
    query: none,
    body: none,
    status: 200,
    response: signingKey,
  }),
  updateProjectSigningKey: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/config/auth/signing-keys/{id}',
    summary: 'Rotate to a signing key, put it on standby, or revoke it',
    policy: write,
    params: keyParams,
    query: none,
    body: z.strictObject({ status }),
    status: 200,
    response: signingKey,
  }),
  removeProjectSigningKey: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/config/auth/signing-keys/{id}',
    summary: 'Delete a revoked signing key',
    policy: write,
    params: keyParams,
    query: none,
    body: none,
    status: 200,
    response: signingKey,
  }),
} as const;
