import type { Browser, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Cloud, until } from '../local/cloud.ts';
import { WIDTHS, hasBrowser, openPage, overflows, violations } from './browser.ts';
import { Doorstep, PASSWORD } from './doorstep.ts';
import { RelyingParty, type Tokens } from './relying-party.ts';

const ADA = 'ada@example.com';

describe.skipIf(!hasBrowser)('signing up and in (skipped where Chromium is not installed)', () => {
  const door = new Doorstep();
  const { fill, press, mailedLink } = door;
  let cloud: Cloud;
  let browser: Browser;
  let page: Page;
  let party: RelyingParty;

  beforeEach(async () => {
    ({ cloud, browser, page } = door);
    party = new RelyingParty(cloud.url);
    await party.attach(page);
  });

  const call = (path: string, { id_token }: Tokens) =>
    fetch(`${cloud.url}${path}`, { headers: { authorization: `Bearer ${id_token}` } });
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const signIn = async (email = ADA, password = PASSWORD) => {
    await page.goto(party.address());
    await fill(email, password);
    await press('Sign in');
  };
  const signUp = async (email: string, password = PASSWORD) => {
    await page.goto(party.address({ prompt: 'create' }));
    await fill(email, password);
    await press('Create an account');
    await heading('Check your mail');
  };

  it('brings the first person from nothing to the organization that was there', async () => {
    await page.goto(party.address());
    await heading('Create an account');
    expect(await violations(page)).toEqual([]);
    await fill('ADA@example.com', 'password1234');
    await press('Create an account');
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('aria-invalid')).toBe('true');
    await page.getByText('leaked most often').waitFor();
    expect(await violations(page)).toEqual([]);
    await password.fill(PASSWORD);
    await press('Create an account');
    await heading('Check your mail');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Open the outbox' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: /confirm/ }).click();
    await heading('Confirm your address');
    expect(await violations(page)).toEqual([]);
    await press('Confirm');
    const tokens = await party.tokens(page);
    expect(await (await call('/v1/profile', tokens)).json()).toMatchObject({ primary_email: ADA });
    expect(await (await call('/v1/organizations', tokens)).json()).toEqual([
      expect.objectContaining({ slug: cloud.local.organization_slug }),
    ]);
    expect((await call('/platform/outbox', tokens)).status).toBe(200);
  });

  it('signs in again without a question while the session lasts, in silence too', async () => {
    await signIn();
    const tokens = await party.tokens(page);
    await page.goto(party.address({ prompt: 'none' }));
    await party.tokens(page);
    const renewed = await party.refresh(tokens);
    expect(renewed.status).toBe(200);
    // A refresh token works once; whoever brings it again has stolen it, or lost it to a thief.
    expect((await party.refresh(tokens)).status).toBe(400);
  });

  it('tells a wrong password from an unknown address by nothing', async () => {
    await signIn(ADA, 'not the password');
    const wrong = await page.getByRole('alert').textContent();
    expect(await violations(page)).toEqual([]);
    await signIn('nobody@example.com', 'not the password');
    expect(await page.getByRole('alert').textContent()).toBe(wrong);
    expect(await page.context().cookies()).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ name: '_session' })]),
    );
  });

  it('answers whoever signs up with a known address as anybody else, and mails the owner of it', async () => {
    await signUp(ADA, 'some other password');
    await mailedLink(ADA, /^You have an account already$/);
    await signUp('bob@example.com');
    const link = await mailedLink('bob@example.com', /^Confirm your address$/);
    await page.goto(link);
    await press('Confirm');
    const tokens = await party.tokens(page);
    expect(await (await call('/v1/organizations', tokens)).json()).toEqual([
      expect.objectContaining({ name: 'bob’s organization' }),
    ]);
    expect((await call('/platform/outbox', tokens)).status).toBe(403);
    await page.goto(link);
    await heading('This link does not work any more');
  });

  it('asks whoever confirms in another browser for the password that was chosen', async () => {
    await signUp('cleo@example.com');
    const link = await mailedLink('cleo@example.com', /^Confirm your address$/);
    const other = await openPage(browser);
    await other.page.goto(link);
    await other.page.getByLabel('Password').fill('a guess of somebody');
    await other.page.getByRole('button', { name: 'Confirm' }).click();
    await other.page.getByText('not the password that was chosen').waitFor();
    expect(await violations(other.page)).toEqual([]);
    await other.page.getByLabel('Password').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Confirm' }).click();
    await other.page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    expect(other.complaints).toEqual([]);
    await other.context.close();
    await signIn('cleo@example.com');
    await party.tokens(page);
  });

  it('keeps the mails of a cloud with accounts from whoever is signing up', async () => {
    await signUp('dan@example.com');
    expect(await page.getByRole('link', { name: 'Open the outbox' }).count()).toBe(0);
    await page.goto(page.url().replace(/sent$/, 'outbox'));
    await heading('This page has expired');
  });

  it('lets somebody choose a new password, which ends what was signed in before', async () => {
    await signIn('bob@example.com');
    const before = await party.tokens(page);
    await page.context().clearCookies();
    await page.goto(party.address());
    await page.getByRole('link', { name: 'Forgotten password' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('E-mail address').fill('bob@example.com');
    await press('Send the link');
    await heading('Check your mail');
    await page.goto(await mailedLink('bob@example.com', /^Choose a new password$/));
    await heading('Choose a new password');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('New password').fill('bobs-example bobs');
    await press('Change the password');
    const after = await party.tokens(page);
    expect((await call('/v1/profile', after)).status).toBe(200);
    expect((await party.refresh(before)).status).toBe(400);
    await page.context().clearCookies();
    await signIn('bob@example.com');
    await page.getByRole('alert').waitFor();
  });

  it('signs out everywhere: every browser, every refresh token, every token of the API', async () => {
    const other = await openPage(browser);
    const elsewhere = new RelyingParty(cloud.url);
    await elsewhere.attach(other.page);
    await other.page.goto(elsewhere.address());
    await other.page.getByLabel('E-mail address').fill(ADA);
    await other.page.getByLabel('Password').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    const there = await elsewhere.tokens(other.page);
    await signIn();
    const here = await party.tokens(page);
    await page.goto(`${cloud.url}/oidc/account`);
    expect(await violations(page)).toEqual([]);
    await press('Sign out everywhere');
    await heading('You are signed out everywhere');
    for (const tokens of [here, there]) {
      expect((await party.refresh(tokens)).status).toBe(400);
      expect((await call('/v1/profile', tokens)).status).toBe(401);
    }
    await other.page.goto(elsewhere.address());
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context.close();
  });

  it('changes the password of somebody who knows it', async () => {
    await signIn('cleo@example.com');
    await party.tokens(page);
    await page.goto(`${cloud.url}/oidc/account`);
    await page.getByLabel('Current password').fill('wrong');
    await page.getByLabel('New password').fill('another long password');
    await press('Change the password');
    await page.getByText('This is not your password.').waitFor();
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password').fill('another long password');
    await press('Change the password');
    await heading('Your password is changed');
    await signIn('cleo@example.com', 'another long password');
    await party.tokens(page);
  });

  it('signs out with the dashboard’s token without a question, and asks without it', async () => {
    await signIn();
    const { id_token } = await party.tokens(page);
    await page.goto(`${cloud.url}/oidc/session/end`);
    await heading('Sign out?');
    expect(await violations(page)).toEqual([]);
    const back = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: `${cloud.url}/` });
    await page.goto(`${cloud.url}/oidc/session/end?${back.toString()}`);
    await page.waitForURL(`${cloud.url}/**`);
    await until('the session to end', async () =>
      (await page.context().cookies()).some(({ name }) => name === '_session') ? undefined : true,
    );
    await page.goto(party.address());
    await heading('Sign in');
  });

  it('takes no form that it has not made for this browser, and none from another site', async () => {
    await page.goto(party.address());
    const at = page.url();
    const csrf = await page.locator('input[name=csrf]').inputValue();
    const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
      page.request.post(at, { form: { email: ADA, password: PASSWORD, ...form }, headers, maxRedirects: 0 });
    expect((await post({})).status()).toBe(400);
    expect((await post({ csrf: `${csrf}x` })).status()).toBe(400);
    expect((await post({ csrf }, { 'sec-fetch-site': 'cross-site' })).status()).toBe(400);
    expect((await post({ csrf }, { origin: 'https://evil.example' })).status()).toBe(400);
    const body = new URLSearchParams({ csrf, email: ADA, password: PASSWORD });
    expect((await fetch(at, { method: 'POST', body, redirect: 'manual' })).status).toBe(400);
    expect((await post({ csrf })).status()).toBe(303);
  });

  it('shows its pages under one name, in no frame, and keeps them nowhere', async () => {
    const answered = await page.goto(party.address());
    expect(await answered?.allHeaders()).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    });
    for (const cookie of await page.context().cookies()) {
      expect(cookie).toMatchObject({
        httpOnly: true,
        sameSite: 'Lax',
        path: expect.stringMatching(/^\/oidc/),
      });
    }
    const other = cloud.url.replace('localhost', '127.0.0.1');
    const elsewhere = await fetch(`${other}/oidc/account`, { redirect: 'manual' });
    expect(elsewhere.headers.get('location')).toBe(`${cloud.url}/oidc/account`);
  });

  it('lets nobody guess for long, whether or not there is such an account', async () => {
    await page.goto(party.address());
    const csrf = await page.locator('input[name=csrf]').inputValue();
    for (const email of ['dan@example.com', 'nobody-at-all@example.com']) {
      const statuses: number[] = [];
      for (let guess = 0; guess < 11; guess += 1) {
        const form = { csrf, email, password: `guess number ${guess}` };
        statuses.push((await page.request.post(page.url(), { form })).status());
      }
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    }
  });

  it('fits a phone, dark and light', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page: phone, context } = await openPage(browser, { viewport: WIDTHS.phone, colorScheme });
      for (const prompt of ['login', 'create']) {
        await phone.goto(party.address({ prompt }));
        expect(await overflows(phone)).toBe(false);
        expect(await violations(phone)).toEqual([]);
      }
      await context.close();
    }
  });

  it('goes on over a restart: sessions, links and accounts are kept, and so are the keys', async () => {
    await signIn();
    const tokens = await party.tokens(page);
    await cloud.end();
    await cloud.launch();
    expect((await call('/v1/profile', tokens)).status).toBe(200);
    expect((await party.refresh(tokens)).status).toBe(200);
    await page.goto(party.address());
    await party.tokens(page);
  });
});
