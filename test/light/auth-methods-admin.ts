import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AuthMethod, AuthTried } from './auth-methods-world.ts';
import { freshEmail, lastMail, signedIn, succeeded } from './auth-methods-world.ts';

async function withOAuthClient({ service }: AuthTried) {
  const { oauth } = service.auth.admin;
  const made = await oauth.createClient({ client_name: 'App', redirect_uris: ['https://app.test/'] });
  succeeded(made.error);
  return { oauth, id: made.data?.client_id ?? '', secret: made.data?.client_secret };
}

async function withProvider({ service }: AuthTried) {
  const { customProviders: providers } = service.auth.admin;
  const identifier = `custom:p-${randomUUID().slice(0, 8)}`;
  const made = await providers.createProvider({
    provider_type: 'oidc',
    identifier,
    name: 'Company',
    client_id: 'project',
    client_secret: 'a secret',
    issuer: 'https://company.test',
  });
  succeeded(made.error);
  return { providers, identifier };
}

async function withFactor(on: AuthTried) {
  const { client, id: userId } = await signedIn(on);
  const { data } = await client.auth.mfa.enroll({ factorType: 'totp' });
  return { mfa: on.service.auth.admin.mfa, userId, id: data?.id ?? '' };
}

const method = (name: string, attempt: AuthMethod['attempt']): AuthMethod => ({
  name: `admin.${name}`,
  attempt,
});

/** What holders of a secret key can do. */
export const adminMethods: readonly AuthMethod[] = [
  method('createUser', async ({ service }) => {
    const email = freshEmail();
    equal((await service.auth.admin.createUser({ email })).data.user?.email, email);
  }),
  method('listUsers', async (on) => {
    const { id } = await signedIn(on);
    equal((await on.service.auth.admin.listUsers()).data.users[0]?.id, id);
  }),
  method('getUserById', async (on) => {
    const { id, email } = await signedIn(on);
    equal((await on.service.auth.admin.getUserById(id)).data.user?.email, email);
  }),
  method('updateUserById', async (on) => {
    const { id } = await signedIn(on);
    const changed = await on.service.auth.admin.updateUserById(id, { app_metadata: { plan: 'pro' } });
    equal(changed.data.user?.app_metadata['plan'], 'pro');
  }),
  method('deleteUser', async (on) => {
    const { id } = await signedIn(on);
    succeeded((await on.service.auth.admin.deleteUser(id)).error);
    equal((await on.service.auth.admin.getUserById(id)).error?.status, 404);
  }),
  method('inviteUserByEmail', async (on) => {
    const email = freshEmail();
    succeeded((await on.service.auth.admin.inviteUserByEmail(email)).error);
    equal((await lastMail(on, email)).link.searchParams.get('type'), 'invite');
  }),
  method('generateLink', async ({ service }) => {
    const made = await service.auth.admin.generateLink({ type: 'magiclink', email: freshEmail() });
    ok(made.data.properties?.action_link.includes('/verify?token='));
  }),
  method('signOut', async (on) => {
    const { client } = await signedIn(on);
    const token = (await client.auth.getSession()).data.session?.access_token ?? '';
    succeeded((await on.service.auth.admin.signOut(token)).error);
    equal((await on.project.auth('GET', '/user', undefined, token)).status, 403);
  }),
  method('mfa.listFactors', async (on) => {
    const { mfa, userId, id } = await withFactor(on);
    equal((await mfa.listFactors({ userId })).data?.factors[0]?.id, id);
  }),
  method('mfa.deleteFactor', async (on) => {
    const { mfa, userId, id } = await withFactor(on);
    succeeded((await mfa.deleteFactor({ userId, id })).error);
    deepEqual((await mfa.listFactors({ userId })).data?.factors, []);
  }),
  method('passkey.listPasskeys', async (on) => {
    const { id } = await signedIn(on);
    deepEqual((await on.service.auth.admin.passkey.listPasskeys({ userId: id })).data, []);
  }),
  method('oauth.createClient', async (on) => void (await withOAuthClient(on))),
  method('oauth.listClients', async (on) => {
    const { oauth, id } = await withOAuthClient(on);
    equal((await oauth.listClients()).data.clients[0]?.client_id, id);
  }),
  method('oauth.getClient', async (on) => {
    const { oauth, id } = await withOAuthClient(on);
    equal((await oauth.getClient(id)).data?.client_name, 'App');
  }),
  method('oauth.updateClient', async (on) => {
    const { oauth, id } = await withOAuthClient(on);
    equal((await oauth.updateClient(id, { client_name: 'Renamed' })).data?.client_name, 'Renamed');
  }),
  method('oauth.deleteClient', async (on) => {
    const { oauth, id } = await withOAuthClient(on);
    succeeded((await oauth.deleteClient(id)).error);
    equal((await oauth.getClient(id)).error?.status, 404);
  }),
  method('oauth.regenerateClientSecret', async (on) => {
    const { oauth, id, secret } = await withOAuthClient(on);
    notEqual((await oauth.regenerateClientSecret(id)).data?.client_secret, secret);
  }),
  method('customProviders.createProvider', async (on) => void (await withProvider(on))),
  method('customProviders.listProviders', async (on) => {
    const { providers, identifier } = await withProvider(on);
    ok(
      (await providers.listProviders()).data.providers.some((provider) => provider.identifier === identifier),
    );
  }),
  method('customProviders.getProvider', async (on) => {
    const { providers, identifier } = await withProvider(on);
    const { data } = await providers.getProvider(identifier);
    deepEqual([data?.issuer, JSON.stringify(data).includes('a secret')], ['https://company.test', false]);
  }),
  method('customProviders.updateProvider', async (on) => {
    const { providers, identifier } = await withProvider(on);
    equal((await providers.updateProvider(identifier, { name: 'Renamed' })).data?.name, 'Renamed');
  }),
  method('customProviders.deleteProvider', async (on) => {
    const { providers, identifier } = await withProvider(on);
    succeeded((await providers.deleteProvider(identifier)).error);
    equal((await providers.getProvider(identifier)).error?.status, 404);
  }),
];
