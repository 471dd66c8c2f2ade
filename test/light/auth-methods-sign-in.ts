import { equal, ok } from 'node:assert/strict';
import type { AuthMethod } from './auth-methods-world.ts';
import {
  freshEmail,
  goThrough,
  lastMail,
  PASSWORD,
  pkceClient,
  refusedMethod,
  signedIn,
  succeeded,
} from './auth-methods-world.ts';

/** All ways to become somebody. */
export const signInMethods: readonly AuthMethod[] = [
  {
    name: 'signUp',
    async attempt(on) {
      const email = freshEmail();
      const { data, error } = await on.project.client('ANON_KEY').auth.signUp({ email, password: PASSWORD });
      succeeded(error);
      equal(data.user?.email, email);
    },
  },
  {
    name: 'signInAnonymously',
    async attempt({ project }) {
      const { data, error } = await project.client('ANON_KEY').auth.signInAnonymously();
      succeeded(error);
      equal(data.user?.is_anonymous, true);
    },
  },
  { name: 'signInWithPassword', attempt: async (on) => void (await signedIn(on)) },
  {
    name: 'signInWithOtp',
    async attempt(on) {
      const email = freshEmail();
      succeeded((await on.project.client('ANON_KEY').auth.signInWithOtp({ email })).error);
      ok((await lastMail(on, email)).code !== '');
    },
  },
  {
    name: 'verifyOtp',
    async attempt(on) {
      const email = freshEmail();
      const { auth } = on.project.client('ANON_KEY');
      await auth.signInWithOtp({ email });
      const { code } = await lastMail(on, email);
      const { data, error } = await auth.verifyOtp({ email, token: code, type: 'email' });
      succeeded(error);
      ok(data.session !== null);
    },
  },
  {
    name: 'signInWithOAuth',
    async attempt(on) {
      const options = { skipBrowserRedirect: true };
      const { data } = await on.project
        .client('ANON_KEY')
        .auth.signInWithOAuth({ provider: 'custom:acme', options });
      const landed = await goThrough(on, data.url?.replace('&skip_http_redirect=true', '') ?? '', 'oauth');
      ok(landed.hash.includes('access_token='));
    },
  },
  {
    name: 'exchangeCodeForSession',
    async attempt(on) {
      const { auth } = pkceClient(on);
      const options = { skipBrowserRedirect: true };
      const { data } = await auth.signInWithOAuth({ provider: 'custom:acme', options });
      const landed = await goThrough(on, data.url?.replace('&skip_http_redirect=true', '') ?? '', 'pkce');
      succeeded((await auth.exchangeCodeForSession(landed.searchParams.get('code') ?? '')).error);
    },
  },
  {
    name: 'signInWithIdToken',
    async attempt({ project, provider }) {
      const token = await provider.idToken('id-token');
      const { auth } = project.client('ANON_KEY');
      succeeded((await auth.signInWithIdToken({ provider: 'custom:acme', token })).error);
    },
  },
  {
    name: 'resetPasswordForEmail',
    async attempt(on) {
      const { email } = await signedIn(on);
      succeeded((await on.project.client('ANON_KEY').auth.resetPasswordForEmail(email)).error);
      equal((await lastMail(on, email)).link.searchParams.get('type'), 'recovery');
    },
  },
  {
    name: 'resend',
    async attempt(on) {
      const email = freshEmail();
      const { auth } = on.project.client('ANON_KEY');
      await auth.signUp({ email, password: PASSWORD });
      const first = await lastMail(on, email);
      succeeded((await auth.resend({ type: 'signup', email })).error);
      ok((await lastMail(on, email)).link.href !== first.link.href);
    },
  },
  refusedMethod('signInWithSSO', 'SAML is not part of the light template', ({ project }) =>
    project.client('ANON_KEY').auth.signInWithSSO({ domain: 'company.test' }),
  ),
  refusedMethod('signInWithWeb3', 'wallets are not part of the light template', ({ project }) =>
    project.client('ANON_KEY').auth.signInWithWeb3({
      chain: 'solana',
      message: 'a message that a wallet has signed',
      signature: new Uint8Array(64),
    }),
  ),
  refusedMethod('passkey.startAuthentication', 'passkeys are not part of the light template', ({ project }) =>
    project.client('ANON_KEY').auth.passkey.startAuthentication(),
  ),
  refusedMethod('passkey.startRegistration', 'passkeys are not part of the light template', async (on) =>
    (await signedIn(on)).client.auth.passkey.startRegistration(),
  ),
];
