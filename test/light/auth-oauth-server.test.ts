import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const REDIRECT = 'https://app.test/callback';
const Client = z.object({ client_id: z.string(), client_secret: z.string() });
const Tokens = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string().optional(),
});

describe.runIf(postgresAvailable)('Auth, as a provider for other apps', () => {
  let project: RunningProject;
  let client: z.infer<typeof Client>;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, { OAUTH_SERVER_ENABLED: 'true' });
    const { admin } = project.client('SERVICE_ROLE_KEY').auth;
    const { data } = await admin.oauth.createClient({ client_name: 'App', redirect_uris: [REDIRECT] });
    client = Client.parse(data);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const verifier = randomBytes(32).toString('base64url');

  async function ask(changes: Record<string, string> = {}): Promise<URL> {
    const query = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid email',
      state: 'of the app',
      nonce: 'once',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    const response = await fetch(`${project.url}/auth/v1/oauth/authorize?${query.toString()}`, {
      redirect: 'manual',
    });
    return new URL(response.headers.get('location') ?? `http://refused.test/${response.status}`);
  }

  const token = (body: Record<string, string>, secret = client.client_secret) =>
    fetch(`${project.url}/auth/v1/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.client_id}:${secret}`)}` },
      body: new URLSearchParams(body),
    });

  test('an app gets tokens once its user has agreed, and loses them with the agreement', async () => {
    const { client: supabase, id } = await project.signUp('ada@server.test');
    const { oauth } = supabase.auth;
    const page = await ask();
    expect(page.origin + page.pathname).toBe('http://site.test/oauth/consent');
    const authorizationId = page.searchParams.get('authorization_id') ?? '';
    expect(await oauth.getAuthorizationDetails(authorizationId)).toMatchObject({
      data: { client: { name: 'App' }, user: { email: 'ada@server.test' }, scope: 'openid email' },
    });
    const approved = await oauth.approveAuthorization(authorizationId);
    const back = new URL(approved.data?.redirect_url ?? '');
    expect([back.origin, back.searchParams.get('state')]).toEqual(['https://app.test', 'of the app']);
    const exchange = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT,
    };
    const tokens = Tokens.parse(await (await token({ ...exchange, code_verifier: verifier })).json());
    expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ sub: id, aud: client.client_id, nonce: 'once' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: id, client_id: client.client_id });
    expect((await token({ ...exchange, code_verifier: verifier })).status).toBe(400);
    const refreshed = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.status).toBe(200);

    expect(await oauth.listGrants()).toMatchObject({
      data: [{ client: { name: 'App' }, scopes: ['openid', 'email'] }],
    });
    const again = await ask();
    const known = await oauth.getAuthorizationDetails(again.searchParams.get('authorization_id') ?? '');
    expect(known.data).toMatchObject({ redirect_url: expect.stringContaining('code=') });
    expect(await oauth.revokeGrant({ clientId: client.client_id })).toMatchObject({ error: null });
    expect((await oauth.listGrants()).data).toEqual([]);
    expect((await project.auth('GET', '/user', undefined, tokens.access_token)).status).toBe(403);
  });

  test('a user who says no sends the app an error, and what is decided stays decided', async () => {
    const { client: supabase } = await project.signUp('bob@server.test');
    const authorizationId = (await ask()).searchParams.get('authorization_id') ?? '';
    const denied = await supabase.auth.oauth.denyAuthorization(authorizationId);
    expect(denied.data?.redirect_url).toContain('error=access_denied');
    const late = await supabase.auth.oauth.approveAuthorization(authorizationId);
    expect(late.error).toMatchObject({ code: 'oauth_authorization_not_found' });
  });

  test('a request that somebody looks at is theirs alone', async () => {
    const { client: first } = await project.signUp('cyd@server.test');
    const { client: second } = await project.signUp('dan@server.test');
    const authorizationId = (await ask()).searchParams.get('authorization_id') ?? '';
    await first.auth.oauth.getAuthorizationDetails(authorizationId);
    expect((await second.auth.oauth.approveAuthorization(authorizationId)).error).toMatchObject({
      status: 404,
    });
  });

  test('without PKCE, with a wrong verifier, secret or place there are no tokens', async () => {
    expect((await ask({ code_challenge: '' })).searchParams.get('error')).toBe('invalid_request');
    expect((await ask({ code_challenge_method: 'plain' })).searchParams.get('error')).toBe('invalid_request');
    expect((await ask({ redirect_uri: 'https://evil.test/' })).href).toBe('http://refused.test/400');
    const { client: supabase } = await project.signUp('eve@server.test');
    const code = async () => {
      const id = (await ask()).searchParams.get('authorization_id') ?? '';
      const { data } = await supabase.auth.oauth.approveAuthorization(id);
      return new URL(data?.redirect_url ?? '').searchParams.get('code') ?? '';
    };
    const grant = { grant_type: 'authorization_code', redirect_uri: REDIRECT };
    expect((await token({ ...grant, code: await code(), code_verifier: 'wrong' })).status).toBe(400);
    expect((await token({ ...grant, code: await code(), code_verifier: verifier }, 'wrong')).status).toBe(
      401,
    );
    const elsewhere = { ...grant, redirect_uri: 'https://evil.test/' };
    expect((await token({ ...elsewhere, code: await code(), code_verifier: verifier })).status).toBe(400);
  });

  test('clients are for administrators, and a new secret ends the old one', async () => {
    const { admin } = project.client('SERVICE_ROLE_KEY').auth;
    const made = Client.parse(
      (await admin.oauth.createClient({ client_name: 'B', redirect_uris: [REDIRECT] })).data,
    );
    const again = await admin.oauth.regenerateClientSecret(made.client_id);
    expect(again.data?.client_secret).not.toBe(made.client_secret);
    expect((await admin.oauth.getClient(made.client_id)).data?.client_secret).toBeUndefined();
    const anyone = project.client('ANON_KEY').auth.admin.oauth;
    expect((await anyone.getClient(made.client_id)).error).toMatchObject({ status: 403, code: 'not_admin' });
    const plain = await admin.oauth.createClient({ client_name: 'C', redirect_uris: ['http://app.test/'] });
    expect(plain.error).toMatchObject({ code: 'validation_failed' });
  });
});
