import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const jwks = z
  .looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1, 'must hold a key') })
  .meta({ description: 'A JSON Web Key Set' });

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2048);

const integration = z.object({
  id: z.uuid(),
  type: z.string(),
  oidc_issuer_url: z.string().nullable(),
  jwks_url: z.string().nullable(),
  custom_jwks: jwks.nullable(),
  resolved_jwks: z.null().meta({ description: 'The keys are looked up by the services, not here' }),
  inserted_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  resolved_at: z.null(),
});

const path = '/v1/projects/{ref}/config/auth/third-party-auth';
const params = refParams.extend({ tpa_id: z.uuid() });
const read = { policy: { on: 'project', permission: 'auth_config_read' }, query: none } as const;
const write = { policy: { on: 'project', permission: 'auth_config_write' }, query: none } as const;

/** Issuers whose tokens a project's services take beside those of its own Auth. */
export const thirdPartyAuthOperations = {
  listThirdPartyAuth: operation({
    ...read,
    method: 'GET',
    path,
    summary: 'List the other issuers whose tokens a project takes',
    params: refParams,
    body: none,
    status: 200,
    response: z.array(integration),
  }),
  createThirdPartyAuth: operation({
    ...write,
    method: 'POST',
    path,
    summary: 'Take tokens of another issuer: one that speaks OpenID Connect, or by its keys',
    params: refParams,
    body: z
      .strictObject({
        oidc_issuer_url: url.optional(),
        jwks_url: url.optional(),
        custom_jwks: jwks.optional(),
      })
      .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
        error: 'must name one of oidc_issuer_url, jwks_url and custom_jwks',
      }),
    status: 201,
    response: integration,
  }),
  getThirdPartyAuth: operation({
    ...read,
    method: 'GET',
    path: `${path}/{tpa_id}`,
    summary: 'Get another issuer whose tokens are taken',
    params,
    body: none,
    status: 200,
    response: integration,
  }),
  deleteThirdPartyAuth: operation({
    ...write,
    method: 'DELETE',
    path: `${path}/{tpa_id}`,
    summary: 'Take tokens of another issuer no more',
    params,
    body: none,
    status: 200,
    response: integration,
  }),
} as const;
