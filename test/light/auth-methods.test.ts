import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { authMethods, authMethodSettings, PROVIDER_REDIRECT } from './auth-methods.ts';
import { type OidcProvider, startOidcProvider } from './oidc-provider.ts';
import { type RunningProject, startProject } from './running-project.ts';

/** What is no call to a project: the library's own, and names of the same method. */
const INTERNAL = new Set([
  'fetch',
  'logger',
  'isThrowOnErrorEnabled',
  'fetchJwk',
  'linkIdentityOAuth',
  'linkIdentityIdToken',
  'signInWithEthereum',
  'signInWithSolana',
]);

/** Methods of passkeys that begin with one of those that are refused. */
const BEHIND_REFUSED = /passkey\.(verify|update|delete|list)|signInWithPasskey|registerPasskey/i;

function methodsOf(client: object, prefix = ''): string[] {
  const names = new Set<string>();
  for (let at: object = client; at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at))
      if (!name.startsWith('_') && name !== 'constructor' && typeof Reflect.get(client, name) === 'function')
        names.add(name);
  return [...names].filter((name) => !INTERNAL.has(name)).map((name) => prefix + name);
}

test('each method of the Auth client is tried', () => {
  const { auth } = createClient('http://project.test', 'key', { auth: { autoRefreshToken: false } });
  const { admin, mfa, oauth, passkey } = auth;
  const known = [
    ...methodsOf(auth),
    ...methodsOf(mfa, 'mfa.'),
    ...methodsOf(oauth, 'oauth.'),
    ...methodsOf(passkey, 'passkey.'),
    ...methodsOf(admin, 'admin.'),
    ...methodsOf(admin.mfa, 'admin.mfa.'),
    ...methodsOf(admin.oauth, 'admin.oauth.'),
    ...methodsOf(admin.customProviders, 'admin.customProviders.'),
    ...methodsOf(admin.passkey, 'admin.passkey.'),
  ];
  const tried = new Set(authMethods.map(({ name }) => name));
  expect(known.filter((name) => !tried.has(name) && !BEHIND_REFUSED.test(name))).toEqual([]);
  expect(authMethods.filter(({ refused }) => refused === undefined).length).toBeGreaterThanOrEqual(55);
});

describe.runIf(postgresAvailable)('the methods of the Auth client', () => {
  let project: RunningProject;
  let provider: OidcProvider;

  beforeAll(async () => {
    provider = await startOidcProvider(PROVIDER_REDIRECT);
    project = await startProject(callers[0] ?? masterUser, authMethodSettings(provider));
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  test.each(authMethods)('$name', async ({ attempt }) => {
    await attempt({ project, service: project.client('SERVICE_ROLE_KEY'), provider });
  });
});
