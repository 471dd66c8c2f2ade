import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Cloud, freePort } from '../local/cloud.ts';
import { WIDTHS, hasBrowser, openPage, overflows, violations } from './browser.ts';
import { Desk, enter, heading, named, writeSql } from './dashboard.ts';
import { settingsPages } from './dashboard-settings.ts';
import { tablePages } from './dashboard-tables.ts';
import { forbidStorage, holdPool } from './obstacles.ts';
import { PAGES } from './pages.ts';
import { Zone } from './zone.ts';

const PASSWORD = 'seven quiet herons at noon';
const MOST_BYTES = 150_000;

const tokenSchema = z.object({ access_token: z.string() });

describe.skipIf(!hasBrowser)('the dashboard (skipped where Chromium is not installed)', () => {
  let desk: Desk;
  let cloud: Cloud;
  let browser: Browser;
  let ref: string;
  const zone = new Zone();
  let postgres: number;

  beforeAll(async () => {
    postgres = await freePort();
    desk = await Desk.open({
      BASEPLANE_POOL: '1',
      BASEPLANE_NAME_SERVERS: await zone.open(),
      BASEPLANE_PG_PORT: String(postgres),
    });
    ({ cloud, browser, ref } = desk);
    await cloud.sql(
      ref,
      `create table todos (id bigint generated always as identity primary key, title text not null, due date);
       insert into todos (title) select 'Task ' || number from generate_series(1, 120) number`,
    );
  });
  afterAll(async () => {
    await desk.close();
    zone.close();
  });

  const inPage: Desk['inPage'] = (...what) => desk.inPage(...what);
  const at = (path: string) => desk.at(path);

  it('leads a stranger from the sign-up to the first query, and back to where they were going', async () => {
    const { page, context, complaints } = await openPage(browser);
    await page.goto(`${cloud.url}/new`);
    await heading(page, 'Baseplane').waitFor();
    expect(await violations(page)).toEqual([]);
    await named(page, 'Create an account').click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await named(page, 'Create an account').click();
    await page.getByRole('link', { name: 'Open the outbox' }).click();
    await page
      .getByRole('link', { name: /confirm/ })
      .first()
      .click();
    await named(page, 'Confirm').click();

    await heading(page, 'New project').waitFor();
    expect(await page.getByRole('textbox', { name: 'Database password' }).inputValue()).toMatch(/^\w{24}$/);
    await page.getByRole('textbox', { name: 'Name' }).fill('first');
    await named(page, 'Create project').click();
    await heading(page, 'first').waitFor();
    await page.getByRole('region', { name: 'API keys' }).waitFor();
    await named(page, 'Reveal secret key default').click();
    await page.getByText(/^sb_secret_[\w-]+$/).waitFor();
    await page.getByText('createClient(').waitFor();

    await page.getByRole('link', { name: 'SQL editor' }).click();
    await writeSql(page, 'select 40 + 2 as answer');
    await named(page, 'Run').click();
    await page.getByRole('cell', { name: '42' }).waitFor();
    const kept: unknown = await page.evaluate('JSON.stringify(localStorage)');
    expect(kept).toBe('{}');
    expect(complaints).toEqual([]);
    await context.close();
  });

  const begin = async (page: Page, name: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByRole('radio', { name: /^base.*No cost: it runs on your machine$/ }).check();
    await named(page, 'Create project').click();
    await heading(page, name).waitFor();
  };
  const step = (page: Page, said: RegExp) =>
    page
      .getByRole('region', { name: 'Creating the project' })
      .getByRole('listitem')
      .filter({ hasText: said });

  it('shows a creation as it goes, and how long each step took', () =>
    inPage('/new', async (page) => {
      const goOn = await holdPool(cloud);
      try {
        await begin(page, 'watched');
        await step(page, /^Create keys and passwords, done\d+\.\d s$/).waitFor();
        await step(page, /, under way\d+\.\d s$/).waitFor();
      } finally {
        goOn();
      }
      await page.getByRole('heading', { name: 'Address' }).waitFor();
    }));

  it('shows what a creation failed of and what to do, and tries again when asked', () =>
    inPage('/new', async (page) => {
      const permit = forbidStorage(cloud);
      try {
        await begin(page, 'unlucky');
        await named(page, 'Try again').waitFor({ timeout: 30_000 });
        const reason = /Could not prepare the storage: .+\. .+ BASEPLANE_HOME\./;
        await step(page, reason).getByText(', failed').waitFor();
        expect(await page.getByText(reason).count()).toBe(2);
        expect(await step(page, /^Create keys and passwords, done\d+\.\d s$/).count()).toBe(1);
        await step(page, /under way/)
          .first()
          .waitFor({ state: 'detached' });
        expect(await violations(page)).toEqual([]);
      } finally {
        permit();
      }
      await named(page, 'Try again').click();
      await page.getByRole('heading', { name: 'Address' }).waitFor({ timeout: 30_000 });
      expect(await page.getByText('Could not prepare the storage').count()).toBe(0);
    }));

  it('tells nothing of a project that is not there for the reader', () =>
    inPage('/projects/abcdefghijabcdefghij', async (page) => {
      await heading(page, 'Project not found').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'All projects' }).waitFor();
      expect(await violations(page)).toEqual([]);
    }));

  it('leads to the login page when the session ends, and back after it', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${cloud.url}/login?to=${encodeURIComponent(`/projects/${ref}/sql`)}`);
    await page.getByText('Use an access token').click();
    await page.getByLabel('Access token').fill(cloud.local.access_token);
    await named(page, 'Go on').click();
    await heading(page, 'SQL editor').waitFor();
    await page.evaluate(`sessionStorage.setItem('access-token', 'sbp_${'0'.repeat(40)}')`);
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByText('Your session has ended').waitFor();
    await context.close();
  });

  tablePages(() => desk);
  settingsPages(
    () => desk,
    zone,
    () => postgres,
  );

  it('shows a new access token once', () =>
    inPage('/account', async (page) => {
      await named(page, 'New token').click();
      await page.getByLabel('Name').fill('ci');
      await named(page, 'Make the token').click();
      const token = (await page.getByText(/^sbp_[0-9a-f]{40}$/).textContent()) ?? '';
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${cloud.url}/v1/profile`, { headers })).status).toBe(200);
      await named(page, 'I have it').click();
      await page.getByRole('cell', { name: 'ci', exact: true }).waitFor();
      expect(await page.content()).not.toContain(token);
    }));

  it('invites, and lets a reader look but not touch', async () => {
    await inPage(at('/organizations/{slug}'), async (page) => {
      await page.getByLabel('E-mail address').fill('grace@example.com');
      await named(page, 'Invite').click();
      await page.getByRole('cell', { name: 'grace@example.com', exact: true }).waitFor();
    });
    const path = `/platform/organizations/${cloud.local.organization_slug}/tokens`;
    const made = await cloud.call('POST', path, { name: 'reader', role: 'read_only' });
    const { access_token: token } = tokenSchema.parse(made.body);
    const { page, context } = await openPage(browser);
    await page.addInitScript((mine) => sessionStorage.setItem('access-token', mine), token);
    await page.goto(`${cloud.url}${at('/projects/{ref}/settings')}`);
    await heading(page, 'Settings').waitFor();
    expect(await named(page, 'Pause').isDisabled()).toBe(true);
    expect(await page.getByRole('heading', { name: 'Delete' }).count()).toBe(0);
    await page.goto(`${cloud.url}${at('/projects/{ref}/sql')}`);
    expect(await page.getByLabel('Read only').isDisabled()).toBe(true);
    await page.goto(`${cloud.url}${at('/projects/{ref}/users')}`);
    await page.getByText('Your role does not reach this').waitFor();
    expect(await named(page, 'Add user').count()).toBe(0);
    await context.close();
  });

  it('offers what the status allows: pauses, and restores', () =>
    inPage(at('/projects/{ref}'), async (page) => {
      await named(page, 'Pause').click();
      await named(page, 'Restore').waitFor({ timeout: 30_000 });
      expect(await named(page, 'Restart').count()).toBe(0);
      await named(page, 'Restore').click();
      await named(page, 'Pause').waitFor({ timeout: 30_000 });
    }));

  it('finds pages and projects by a few letters, and gives the focus back', () =>
    inPage('/', async (page) => {
      await page.getByRole('link', { name: 'shop' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('shp');
      await page.getByRole('option', { name: /shop/ }).waitFor();
      await page.keyboard.press('Enter');
      await heading(page, 'shop').waitFor();
      expect(await page.evaluate('document.activeElement?.textContent')).toBe('shop');
      expect(await page.title()).toBe('shop · Baseplane');
    }));

  it.each([
    ['laptop', 'light'],
    ['phone', 'dark'],
  ] as const)(
    'has no page that axe finds fault with, nor one that is too wide: %s, %s',
    (width, scheme) =>
      inPage(
        '/',
        async (page) => {
          for (const [path, title] of PAGES) {
            await page.goto(`${cloud.url}${at(path)}`);
            await heading(page, title).waitFor();
            await page.waitForLoadState('networkidle');
            const found = { path, violations: await violations(page), overflows: await overflows(page) };
            expect(found).toEqual({ path, violations: [], overflows: false });
          }
        },
        { viewport: WIDTHS[width], colorScheme: scheme },
      ),
    PAGES.length * 20_000,
  );

  it('is light to load: the first page of whoever is signed in, compressed', async () => {
    const { page, context } = await openPage(browser);
    const scripts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (!response.url().endsWith('.js')) return;
      scripts.push(response.body().then((body) => gzipSync(body).length));
    });
    await enter(page, cloud, '/');
    await page.getByRole('link', { name: 'shop' }).waitFor();
    await page.waitForLoadState('networkidle');
    const bytes = (await Promise.all(scripts)).reduce((sum, each) => sum + each, 0);
    expect(scripts.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(MOST_BYTES);
    await context.close();
  });

  it('deletes a project whose name was typed, and shows what proves it', async () => {
    const doomed = await cloud.healthy('doomed');
    await inPage(`/projects/${doomed.ref}/settings`, async (page) => {
      const remove = named(page, 'Delete the project');
      await remove.waitFor();
      expect(await remove.isDisabled()).toBe(true);
      await page.getByLabel('Type “doomed” to delete it').fill('doomed');
      await remove.click();
      await page.getByText('doomed is gone').waitFor({ timeout: 30_000 });
      expect(
        await page.getByRole('region', { name: 'What was deleted' }).getByRole('row').count(),
      ).toBeGreaterThan(3);
      expect(await violations(page)).toEqual([]);
    });
  });
});
