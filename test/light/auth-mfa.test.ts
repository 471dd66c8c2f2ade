import type { SupabaseClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeAt } from '../../templates/light/auth/mfa/totp.ts';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const STEP_MS = 30_000;

describe.runIf(postgresAvailable)('Auth, with a second factor', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, { MAILER_AUTOCONFIRM: 'true' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function enroll(client: SupabaseClient, friendlyName = 'phone') {
    const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName });
    if (error !== null) throw error;
    return { id: data.id, secret: data.totp.secret, totp: data.totp };
  }

  /** A user whose session was raised; the code of the next step is not used yet. */
  async function withFactor(email: string) {
    const { client, id } = await project.signUp(email);
    const factor = await enroll(client);
    const code = codeAt(factor.secret, Date.now());
    expect(await client.auth.mfa.challengeAndVerify({ factorId: factor.id, code })).toMatchObject({
      error: null,
    });
    return { client, id, factor, next: () => codeAt(factor.secret, Date.now() + STEP_MS) };
  }

  const signIn = async (email: string) => {
    const client = project.client('ANON_KEY');
    const { data } = await client.auth.signInWithPassword({ email, password: 'correct horse' });
    return { client, token: data.session?.access_token ?? '' };
  };

  test('a factor is enrolled, raises the session, and is asked for from then on', async () => {
    const { client, token } = await project.signUp('ada@mfa.test');
    const { auth } = client;
    const factor = await enroll(client, 'Ada’s phone');
    expect(factor.totp.uri).toMatch(/^otpauth:\/\/totp\/site\.test:ada%40mfa\.test\?.*secret=[A-Z2-7]{32}/);
    expect(factor.totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<svg[^#]*<\/svg>\s*$/);
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: 'aal1',
      nextLevel: 'aal1',
    });
    const { data: challenge } = await auth.mfa.challenge({ factorId: factor.id });
    expect(challenge).toMatchObject({ type: 'totp', expires_at: expect.any(Number) });
    const code = codeAt(factor.secret, Date.now());
    const verified = await auth.mfa.verify({ factorId: factor.id, challengeId: challenge?.id ?? '', code });
    expect(decodeJwt(verified.data?.access_token ?? '')).toMatchObject({
      aal: 'aal2',
      session_id: decodeJwt(token)['session_id'],
      amr: expect.arrayContaining([
        { method: 'totp', timestamp: expect.any(Number) },
        { method: 'password', timestamp: expect.any(Number) },
      ]),
    });
    expect((await auth.mfa.listFactors()).data).toMatchObject({
      totp: [{ id: factor.id, friendly_name: 'Ada’s phone', status: 'verified' }],
    });
    await auth.refreshSession();
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ currentLevel: 'aal2' });
    const again = await signIn('ada@mfa.test');
    expect((await again.client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: 'aal1',
      nextLevel: 'aal2',
    });
  });

  test('a code is good once, in its time, and cannot be guessed for long', async () => {
    const { client, factor, next } = await withFactor('replay@mfa.test');
    const { mfa } = client.auth;
    const used = codeAt(factor.secret, Date.now());
    const replayed = await mfa.challengeAndVerify({ factorId: factor.id, code: used });
    expect(replayed.error).toMatchObject({ status: 422, code: 'mfa_verification_failed' });
    const old = codeAt(factor.secret, Date.now() - 10 * STEP_MS);
    for (let guess = 0; guess < 30; guess += 1)
      await mfa.challengeAndVerify({ factorId: factor.id, code: old });
    const late = await mfa.challengeAndVerify({ factorId: factor.id, code: next() });
    expect(late.error).toMatchObject({ status: 429, code: 'over_request_rate_limit' });
  });

  test('a challenge is answered once, before it expires, for its own factor', async () => {
    const { client, factor, next } = await withFactor('challenge@mfa.test');
    const { mfa } = client.auth;
    const { data: challenge } = await mfa.challenge({ factorId: factor.id });
    await project.database.sql(`update auth.mfa_challenges set created_at = now() - interval '6 minutes'`);
    const answer = { factorId: factor.id, challengeId: challenge?.id ?? '', code: next() };
    expect((await mfa.verify(answer)).error).toMatchObject({ code: 'mfa_challenge_expired' });
    const other = await withFactor('other-challenge@mfa.test');
    const { data: theirs } = await other.client.auth.mfa.challenge({ factorId: other.factor.id });
    expect((await mfa.verify({ ...answer, challengeId: theirs?.id ?? '' })).error).toMatchObject({
      status: 422,
    });
  });

  test('another user’s factor is not there', async () => {
    const { factor, next } = await withFactor('victim@mfa.test');
    const { client } = await project.signUp('thief@mfa.test');
    const missing = { error: { status: 404, code: 'mfa_factor_not_found' } };
    expect(await client.auth.mfa.challenge({ factorId: factor.id })).toMatchObject(missing);
    expect(await client.auth.mfa.unenroll({ factorId: factor.id })).toMatchObject(missing);
    const verify = { factorId: factor.id, challengeId: factor.id, code: next() };
    expect(await client.auth.mfa.verify(verify)).toMatchObject(missing);
  });

  test('who has the password alone can neither change the account nor its factors, whatever their token claims', async () => {
    const { id, factor } = await withFactor('guarded@mfa.test');
    const { client, token } = await signIn('guarded@mfa.test');
    const password = 'battery staple';
    expect((await client.auth.updateUser({ password })).error).toMatchObject({
      status: 401,
      code: 'insufficient_aal',
    });
    expect((await client.auth.mfa.unenroll({ factorId: factor.id })).error).toMatchObject({
      code: 'insufficient_aal',
    });
    const another = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'another' });
    expect(another.error).toMatchObject({ status: 403, code: 'insufficient_aal' });
    const claims = { ...decodeJwt(token), sub: id, aal: 'aal2' };
    const forged = await sign(claims, 'another secret, just as long as ours is');
    const response = await project.auth('PUT', '/user', { password }, forged);
    expect([response.status, await response.json()]).toMatchObject([403, { error_code: 'bad_jwt' }]);
    // Even signed rightly: what counts is the session.
    const signed = await sign(claims, project.setting('JWT_SECRET'));
    expect((await project.auth('PUT', '/user', { password }, signed)).status).toBe(401);
  });

  test('verifying a first factor ends what is open without it', async () => {
    const { client } = await project.signUp('elsewhere@mfa.test');
    const elsewhere = await signIn('elsewhere@mfa.test');
    const factor = await enroll(client);
    await client.auth.mfa.challengeAndVerify({
      factorId: factor.id,
      code: codeAt(factor.secret, Date.now()),
    });
    expect((await project.auth('GET', '/user', undefined, elsewhere.token)).status).toBe(403);
  });

  test('a factor that is given up takes its level with it', async () => {
    const { client, factor } = await withFactor('leaving@mfa.test');
    expect(await client.auth.mfa.unenroll({ factorId: factor.id })).toMatchObject({
      error: null,
      data: { id: factor.id },
    });
    await client.auth.refreshSession();
    expect((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: 'aal1',
    });
    expect((await client.auth.mfa.listFactors()).data?.all).toEqual([]);
    expect(await client.auth.updateUser({ password: 'battery staple' })).toMatchObject({ error: null });
  });

  test('an administrator sees and removes factors, and never their secrets', async () => {
    const { id, factor } = await withFactor('lost@mfa.test');
    const { mfa } = project.client('SERVICE_ROLE_KEY').auth.admin;
    const listed = await mfa.listFactors({ userId: id });
    expect(listed.data?.factors).toMatchObject([{ id: factor.id, status: 'verified' }]);
    expect(JSON.stringify(listed)).not.toContain(factor.secret);
    expect(await mfa.deleteFactor({ userId: id, id: factor.id })).toMatchObject({ error: null });
    expect((await mfa.listFactors({ userId: id })).data?.factors).toEqual([]);
  });

  test('factors have names of their own, and types that there are', async () => {
    const { client } = await project.signUp('names@mfa.test');
    await enroll(client, 'same');
    const same = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'same' });
    expect(same.error).toMatchObject({ status: 422, code: 'mfa_factor_name_conflict' });
    const phone = await client.auth.mfa.enroll({ factorType: 'phone', phone: '+491511234567' });
    expect(phone.error).toMatchObject({ status: 501 });
  });
});
