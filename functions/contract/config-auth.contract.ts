import { z } from 'zod';
import { none, operation, unimplemented } from './operation.ts';
import { refParams } from './path.contract.ts';
import { SECTIONS } from './settings/sections.ts';
import { answerShape, changeShape } from './settings/setting.ts';

const authConfig = z
  .object(answerShape(SECTIONS.auth))
  .meta({ description: 'In place of a secret: its HMAC-SHA-256 in hex, the ref being the key' });

const NO_SAML = 'Auth takes no identities by SAML; use a provider that speaks OpenID Connect.';

const ssoPath = '/v1/projects/{ref}/config/auth/sso/providers';
const ssoParams = refParams.extend({ provider_id: z.uuid() });
const read = { on: 'project', permission: 'auth_config_read' } as const;
const write = { on: 'project', permission: 'auth_config_write' } as const;

export const authConfigOperations = {
  getAuthConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/auth',
    summary: "Get the settings of a project's Auth",
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: authConfig,
  }),
  updateAuthConfig: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/config/auth',
    summary: "Change settings of a project's Auth; null takes one back",
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject(changeShape(SECTIONS.auth)),
    status: 200,
    response: authConfig,
  }),
  listSsoProviders: operation({
    method: 'GET',
    path: ssoPath,
    summary: "List a project's identity providers that speak SAML: there are none",
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({ items: z.array(z.object({ id: z.string() })) }),
  }),
  createSsoProvider: unimplemented({
    method: 'POST',
    path: ssoPath,
    summary: 'Add an identity provider that speaks SAML',
    policy: write,
    params: refParams,
    notImplemented: NO_SAML,
  }),
  getSsoProvider: unimplemented({
    method: 'GET',
    path: `${ssoPath}/{provider_id}`,
    summary: 'Get an identity provider that speaks SAML',
    policy: read,
    params: ssoParams,
    notImplemented: NO_SAML,
  }),
  updateSsoProvider: unimplemented({
    method: 'PUT',
    path: `${ssoPath}/{provider_id}`,
    summary: 'Change an identity provider that speaks SAML',
    policy: write,
    params: ssoParams,
    notImplemented: NO_SAML,
  }),
  deleteSsoProvider: unimplemented({
    method: 'DELETE',
    path: `${ssoPath}/{provider_id}`,
    summary: 'Remove an identity provider that speaks SAML',
    policy: write,
    params: ssoParams,
    notImplemented: NO_SAML,
  }),
} as const;
