import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { codeAt } from '../../templates/light/auth/mfa/totp.ts';
import type { AuthMethod, AuthTried } from './auth-methods-world.ts';
import { goThrough, lastMail, PASSWORD, signedIn, succeeded } from './auth-methods-world.ts';

async function withFactor(on: AuthTried) {
  const { client, id } = await signedIn(on);
  const { mfa } = client.auth;
  const { data } = await mfa.enroll({ factorType: 'totp' });
  return { mfa, client, userId: id, id: data?.id ?? '', code: codeAt(data?.totp.secret ?? '', Date.now()) };
}

async function withAuthorization(on: AuthTried) {
  const redirect = 'https://app.test/callback';
  const made = await on.service.auth.admin.oauth.createClient({
    client_name: 'App',
    redirect_uris: [redirect],
  });
  const clientId = made.data?.client_id ?? '';
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirect,
    response_type: 'code',
    code_challenge: createHash('sha256').update('v').digest('base64url'),
    code_challenge_method: 'S256',
  });
  const asked = await fetch(`${on.project.url}/auth/v1/oauth/authorize?${query.toString()}`, {
    redirect: 'manual',
  });
  const page = new URL(asked.headers.get('location') ?? '');
  const { client } = await signedIn(on);
  return { oauth: client.auth.oauth, id: page.searchParams.get('authorization_id') ?? '', clientId };
}

/** What whoever is signed in can do. */
export const sessionMethods: readonly AuthMethod[] = [
  {
    name: 'initialize',
    async attempt({ project }) {
      succeeded((await project.client('ANON_KEY').auth.initialize()).error);
    },
  },
  {
    name: 'getSession',
    async attempt(on) {
      const { client, id } = await signedIn(on);
      equal((await client.auth.getSession()).data.session?.user.id, id);
    },
  },
  {
    name: 'setSession',
    async attempt(on) {
      const { client, id } = await signedIn(on);
      const { session } = (await client.auth.getSession()).data;
      const other = on.project.client('ANON_KEY');
      const tokens = {
        access_token: session?.access_token ?? '',
        refresh_token: session?.refresh_token ?? '',
      };
      equal((await other.auth.setSession(tokens)).data.user?.id, id);
    },
  },
  {
    name: 'refreshSession',
    async attempt(on) {
      const { client } = await signedIn(on);
      const before = (await client.auth.getSession()).data.session?.refresh_token;
      const { data, error } = await client.auth.refreshSession();
      succeeded(error);
      notEqual(data.session?.refresh_token, before);
    },
  },
  {
    name: 'getUser',
    async attempt(on) {
      const { client, id } = await signedIn(on);
      equal((await client.auth.getUser()).data.user?.id, id);
    },
  },
  {
    name: 'getClaims',
    async attempt(on) {
      const { client, id } = await signedIn(on);
      equal((await client.auth.getClaims()).data?.claims.sub, id);
    },
  },
  {
    name: 'updateUser',
    async attempt(on) {
      const { client } = await signedIn(on);
      deepEqual(
        (await client.auth.updateUser({ data: { name: 'Ada' } })).data.user?.user_metadata['name'],
        'Ada',
      );
    },
  },
  {
    name: 'reauthenticate',
    async attempt(on) {
      const { client, email } = await signedIn(on);
      succeeded((await client.auth.reauthenticate()).error);
      ok((await lastMail(on, email)).code !== '');
    },
  },
  {
    name: 'signOut',
    async attempt(on) {
      const { client } = await signedIn(on);
      const token = (await client.auth.getSession()).data.session?.access_token;
      succeeded((await client.auth.signOut()).error);
      equal((await on.project.auth('GET', '/user', undefined, token)).status, 403);
    },
  },
  {
    name: 'onAuthStateChange',
    async attempt(on) {
      const events: string[] = [];
      const { client, email } = await signedIn(on);
      const { data } = client.auth.onAuthStateChange((event) => void events.push(event));
      await client.auth.signInWithPassword({ email, password: PASSWORD });
      data.subscription.unsubscribe();
      ok(events.includes('SIGNED_IN'));
    },
  },
  ...(['startAutoRefresh', 'stopAutoRefresh', 'dispose'] as const).map((name) => ({
    name,
    async attempt({ project }: AuthTried) {
      const { auth } = project.client('ANON_KEY');
      await auth[name]();
      await auth.stopAutoRefresh();
    },
  })),
  {
    name: 'getUserIdentities',
    async attempt(on) {
      const { client } = await signedIn(on);
      equal((await client.auth.getUserIdentities()).data?.identities[0]?.provider, 'email');
    },
  },
  {
    name: 'linkIdentity',
    async attempt(on) {
      const { client } = await signedIn(on);
      const { data } = await client.auth.linkIdentity({
        provider: 'custom:acme',
        options: { skipBrowserRedirect: true },
      });
      const landed = await goThrough(on, data !== null && 'url' in data ? (data.url ?? '') : '', 'linked');
      ok(landed.hash.includes('access_token='));
      equal((await client.auth.getUserIdentities()).data?.identities.length, 2);
    },
  },
  {
    name: 'unlinkIdentity',
    async attempt(on) {
      const { client } = await signedIn(on);
      const token = await on.provider.idToken('unlinked');
      succeeded((await client.auth.linkIdentity({ provider: 'custom:acme', token })).error);
      const { data } = await client.auth.getUserIdentities();
      const linked = data?.identities.find(({ provider }) => provider === 'custom:acme');
      ok(linked !== undefined);
      succeeded((await client.auth.unlinkIdentity(linked)).error);
      equal((await client.auth.getUserIdentities()).data?.identities.length, 1);
    },
  },
  {
    name: 'mfa.enroll',
    async attempt(on) {
      const { client } = await signedIn(on);
      const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp' });
      succeeded(error);
      ok(data?.totp.qr_code.includes('<svg'));
    },
  },
  {
    name: 'mfa.challenge',
    async attempt(on) {
      const { mfa, id } = await withFactor(on);
      succeeded((await mfa.challenge({ factorId: id })).error);
    },
  },
  {
    name: 'mfa.verify',
    async attempt(on) {
      const { mfa, id, code } = await withFactor(on);
      const { data } = await mfa.challenge({ factorId: id });
      succeeded((await mfa.verify({ factorId: id, challengeId: data?.id ?? '', code })).error);
    },
  },
  {
    name: 'mfa.challengeAndVerify',
    async attempt(on) {
      const { mfa, id, code } = await withFactor(on);
      succeeded((await mfa.challengeAndVerify({ factorId: id, code })).error);
    },
  },
  {
    name: 'mfa.listFactors',
    async attempt(on) {
      const { mfa, id } = await withFactor(on);
      equal((await mfa.listFactors()).data?.all[0]?.id, id);
    },
  },
  {
    name: 'mfa.unenroll',
    async attempt(on) {
      const { mfa, id } = await withFactor(on);
      succeeded((await mfa.unenroll({ factorId: id })).error);
      deepEqual((await mfa.listFactors()).data?.all, []);
    },
  },
  {
    name: 'mfa.getAuthenticatorAssuranceLevel',
    async attempt(on) {
      const { mfa, id, code } = await withFactor(on);
      await mfa.challengeAndVerify({ factorId: id, code });
      equal((await mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel, 'aal2');
    },
  },
  {
    name: 'oauth.getAuthorizationDetails',
    async attempt(on) {
      const { oauth, id } = await withAuthorization(on);
      succeeded((await oauth.getAuthorizationDetails(id)).error);
    },
  },
  {
    name: 'oauth.approveAuthorization',
    async attempt(on) {
      const { oauth, id } = await withAuthorization(on);
      ok((await oauth.approveAuthorization(id)).data?.redirect_url.includes('code='));
    },
  },
  {
    name: 'oauth.denyAuthorization',
    async attempt(on) {
      const { oauth, id } = await withAuthorization(on);
      ok((await oauth.denyAuthorization(id)).data?.redirect_url.includes('access_denied'));
    },
  },
  {
    name: 'oauth.listGrants',
    async attempt(on) {
      const { oauth, id, clientId } = await withAuthorization(on);
      await oauth.approveAuthorization(id);
      equal((await oauth.listGrants()).data?.[0]?.client.id, clientId);
    },
  },
  {
    name: 'oauth.revokeGrant',
    async attempt(on) {
      const { oauth, id, clientId } = await withAuthorization(on);
      await oauth.approveAuthorization(id);
      succeeded((await oauth.revokeGrant({ clientId })).error);
      deepEqual((await oauth.listGrants()).data, []);
    },
  },
];
