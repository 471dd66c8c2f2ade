import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Cloud, until } from '../local/cloud.ts';
import { hasBrowser } from './browser.ts';
import { Doorstep } from './doorstep.ts';

describe.skipIf(!hasBrowser)('signing in to the dashboard (skipped where Chromium is not installed)', () => {
  const door = new Doorstep();
  const { fill, press, mailedLink } = door;
  let cloud: Cloud;
  let page: Page;

  beforeEach(() => {
    ({ cloud, page } = door);
  });

  it('brings somebody who has never been here from the front page to their projects', async () => {
    await page.goto(`${cloud.url}/`);
    await press(/create an account|sign up/i);
    await fill('ada@example.com');
    await press('Create an account');
    await page.getByRole('link', { name: 'Open the outbox' }).click();
    await page.getByRole('link', { name: /confirm/ }).click();
    await press('Confirm');
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    const kept = await page.evaluate('JSON.stringify(localStorage)');
    expect(kept).not.toMatch(/token|eyJ/);
  });

  it('renews in silence what the API takes no more, and stays where it is', async () => {
    await page.goto(`${cloud.url}/`);
    await press('Sign in');
    await fill('ada@example.com');
    await press('Sign in');
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    const stored = `Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:'))`;
    const idToken = () => page.evaluate(`JSON.parse(sessionStorage.getItem(${stored})).id_token`);
    const good = await idToken();
    // The last letter of a signature holds fewer bits than it could, so it is the one before that is changed.
    await page.evaluate(`{
      const name = ${stored};
      const user = JSON.parse(sessionStorage.getItem(name));
      const at = user.id_token.length - 3;
      const other = user.id_token[at] === 'A' ? 'B' : 'A';
      user.id_token = user.id_token.slice(0, at) + other + user.id_token.slice(at + 1);
      sessionStorage.setItem(name, JSON.stringify(user));
    }`);
    const spoiled = await idToken();
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
    await page.reload();
    await expect.poll(idToken).not.toBe(spoiled);
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    expect(await idToken()).not.toBe(good);
    expect(visited).toEqual(['/']);
  });

  it('goes on from an invitation through an account to the organization', async () => {
    const { organization_slug: slug } = cloud.local;
    await cloud.call('POST', `/platform/organizations/${slug}/invitations`, {
      email: 'grace@example.com',
      role: 'developer',
    });
    await page.goto(await mailedLink('grace@example.com', /^Join/));
    await press(/create an account|sign up/i);
    await fill('grace@example.com');
    await press('Create an account');
    await page.goto(await mailedLink('grace@example.com', /^Confirm/));
    await press('Confirm');
    await press(/accept|join/i);
    await until('the membership', async () => {
      const members = await cloud.call('GET', `/platform/organizations/${slug}/members`);
      return members.text.includes('grace@example.com') ? true : undefined;
    });
  });

  it('leads to the login page, and back, whoever comes with a token that is worth nothing', async () => {
    await page.addInitScript(`sessionStorage.setItem('access-token', 'sbp_${'0'.repeat(40)}')`);
    await page.goto(`${cloud.url}/new`);
    await page.waitForURL(/\/login/);
    expect(new URL(page.url()).searchParams.get('to')).toContain('/new');
  });

  it('shows nothing of a project of others to whoever knows its address', async () => {
    const { ref } = await cloud.create('secret plans');
    await page.goto(`${cloud.url}/projects/${ref}`);
    await press(/create an account|sign up/i);
    await fill('eve@example.com');
    await press('Create an account');
    await page.goto(await mailedLink('eve@example.com', /^Confirm/));
    await press('Confirm');
    await page.getByRole('heading', { level: 1, name: 'Project not found' }).waitFor();
    expect(await page.content()).not.toContain('secret plans');
  });
});
