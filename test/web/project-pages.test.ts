import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, type Keys, until } from '../local/cloud.ts';
import { age, publicationsOf } from './aged-project.ts';
import { WIDTHS, hasBrowser, openBrowser, openPage, overflows, violations } from './browser.ts';
import { enter } from './dashboard.ts';

describe.skipIf(!hasBrowser)('the pages of a project (skipped where Chromium is not installed)', () => {
  let cloud: Cloud;
  let browser: Browser;
  let ref: string;
  let keys: Keys;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    const newerOnSignal = new URL('../local/newer-templates.ts', import.meta.url).href;
    const env = { BASEPLANE_POOL: '1', NODE_OPTIONS: `--import=${newerOnSignal}` };
    [cloud, browser] = await Promise.all([Cloud.start(env), openBrowser()]);
    ({ ref, keys } = await cloud.healthy('shop'));
    // The pages have a key of their own, whichever of the owner's are taken.
    await cloud.call('PUT', `/v1/projects/${ref}/api-keys/legacy?enabled=false`);
    await until('the legacy keys to be refused', async () => {
      const { error } = await cloud.client(ref, keys.serviceRole).storage.listBuckets();
      return error?.message.includes('disabled') === true ? true : undefined;
    });
  });
  afterAll(async () => {
    await browser.close();
    await cloud.destroy();
  });
  beforeEach(async () => {
    ({ page, complaints } = await openPage(browser));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  const open = (place: string) => enter(page, cloud, `/projects/${ref}/${place}`);
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const act = async (on: string, action: string) => {
    await button(`Actions for ${on}`).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  it('adds, finds, bans and deletes users', async () => {
    await open('users');
    await page.getByText('Nobody has signed up yet').waitFor();
    for (const name of ['ada', 'grace']) {
      await button('Add user').click();
      await page.getByLabel('E-mail address').fill(`${name}@example.com`);
      await page.getByLabel('Password').fill('correct horse');
      await button('Add').click();
      await row(`${name}@example.com`).waitFor();
    }
    const signIn = () =>
      cloud
        .client(ref, keys.publishable)
        .auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' });
    expect((await signIn()).error).toBeNull();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Search users').fill('GRACE@');
    await row('ada@example.com').waitFor({ state: 'detached' });
    await page.getByLabel('Search users').fill('');
    await act('ada@example.com', 'Ban');
    await row('ada@example.com').getByText('Banned').waitFor();
    expect((await signIn()).error?.code).toBe('user_banned');
    await act('ada@example.com', 'Mail a link for a new password');
    await page.getByText('The mail is on its way.').waitFor();
    await act('ada@example.com', 'Lift the ban');
    await row('ada@example.com').getByText('Confirmed').waitFor();
    await act('grace@example.com', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row('grace@example.com').waitFor({ state: 'detached' });
    expect(await cloud.sql(ref, 'select email from auth.users')).toEqual([{ email: 'ada@example.com' }]);
  });

  it('invites a user by mail, and says why one cannot be', async () => {
    await open('users');
    await button('Invite').click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await button('Send the invitation').click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByLabel('E-mail address').fill('alan@example.com');
    await button('Send the invitation').click();
    await row('alan@example.com').getByText('Not confirmed').waitFor();
  });

  it('keeps files: makes a bucket, takes an upload, shows and links it, deletes it', async () => {
    await open('storage');
    await button('New bucket').click();
    await page.getByLabel('Name').fill('papers');
    await button('Create').click();
    await page.getByRole('link', { name: 'papers' }).click();
    await page.getByText('Nothing is in here').waitFor();
    const buffer = Buffer.from('what the paper says');
    await page.getByLabel('Upload files').setInputFiles([
      { name: 'a paper.txt', mimeType: 'text/plain', buffer },
      { name: 'other.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(300_000) },
    ]);
    await row('other.bin').waitFor();
    await page.getByRole('progressbar', { name: 'Upload of other.bin' }).waitFor();
    expect(await violations(page)).toEqual([]);
    const downloaded = page.waitForEvent('download');
    await act('a paper.txt', 'Download');
    expect(readFileSync(await (await downloaded).path(), 'utf8')).toBe('what the paper says');
    await page.getByRole('button', { name: 'a paper.txt', exact: true }).click();
    await page.getByText('what the paper says').waitFor();
    const link = await page.getByRole('dialog').locator('code').textContent();
    expect(
      await (
        await fetch(`${link}`.replace(`${ref}.localhost`, 'localhost').replace(/(:\d+)\//, `$1/p/${ref}/`))
      ).text(),
    ).toBe('what the paper says');
    expect(await violations(page)).toEqual([]);
    await button('Close').click();
    await act('a paper.txt', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row('a paper.txt').waitFor({ state: 'detached' });
    const { data } = await cloud.client(ref, keys.secret).storage.from('papers').list();
    expect(data?.map(({ name }) => name)).toEqual(['other.bin']);
    await page.getByRole('link', { name: 'Storage' }).first().click();
    await act('papers', 'Delete');
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await remove.isDisabled()).toBe(true);
    await page.getByLabel('Type papers to confirm').fill('papers');
    await remove.click();
    await page.getByText('There is no bucket yet').waitFor();
  });

  it('deploys a function, invokes it, shows what it printed, and deploys it again', async () => {
    await open('functions');
    await button('New function').first().click();
    await page.getByLabel('Name').fill('greet');
    await page.getByLabel('From a file').setInputFiles({
      name: 'greet.ts',
      mimeType: 'text/plain',
      buffer: Buffer.from(
        `Deno.serve(async (request) => { const { name } = await request.json(); console.log('greeted ' + name); return new Response('Hello ' + name); });`,
      ),
    });
    await page.getByText("'greeted '").waitFor();
    await button('Deploy').click();
    await page.getByRole('heading', { level: 1, name: 'greet' }).waitFor();
    await button('Invoke').click();
    await page.getByLabel('Answer').getByText('Hello world').waitFor();
    await page.getByRole('region', { name: 'Logs' }).getByText('greeted world').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Source' }).fill('Deno.serve(() => new Response("Changed"));');
    await button('Deploy').click();
    await page.getByText('version 2').waitFor();
    await button('Invoke').click();
    await page.getByLabel('Answer').getByText('Changed').waitFor();
    await page.getByRole('textbox', { name: 'Source' }).fill('Deno.serve((');
    await button('Deploy').click();
    await page.getByRole('alert').waitFor();
  });

  it('shows the logs of a service, by level and words, and follows them', async () => {
    await open('logs');
    await page.getByLabel('Service').selectOption({ label: 'Postgres' });
    await page.getByLabel('Level').selectOption({ label: 'Errors' });
    await cloud.call('POST', `/v1/projects/${ref}/database/query`, { query: 'select * from no_such_table' });
    await page.getByRole('list', { name: 'Log' }).getByText('no_such_table').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Search messages').fill('not to be found anywhere');
    await page.getByText('Nothing was logged').waitFor();
  });

  it('advises on what is insecure in the database', async () => {
    await cloud.sql(ref, 'create table public.open_to_all (id int)');
    await open('advisors');
    await page
      .getByRole('region', { name: 'Security' })
      .getByText(/open_to_all/)
      .first()
      .click();
    await page.getByRole('link', { name: 'What to do about it' }).first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('shows who is connected, joins a channel and hears what is said in it', async () => {
    await open('realtime');
    await page.getByLabel('Channel', { exact: true }).fill('room-1');
    await button('Join').click();
    await page.getByText('Joined room-1').waitFor();
    await cloud
      .client(ref, keys.publishable)
      .channel('room-1')
      .httpSend('greeting', { from: 'another client' });
    await page.getByRole('list', { name: 'Messages' }).getByText('another client').waitFor();
    await button('Broadcast').click();
    await page.getByRole('list', { name: 'Messages' }).getByText('{"text":"Hello"}').waitFor();
    await page.getByRole('region', { name: 'Channels' }).getByText('room-1').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('backs the database up, and puts it back only once its name was typed', async () => {
    await cloud.sql(ref, 'create table kept (id int); insert into kept values (1)');
    await open('backups');
    await button('Back up now').first().click();
    await page.getByLabel('Name').fill('before');
    await button('Take the backup').click();
    await row('Complete').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await cloud.sql(ref, 'delete from kept');
    await button('Restore').first().click();
    const restore = page.getByRole('dialog').getByRole('button', { name: 'Restore' });
    expect(await restore.isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Type shop to confirm').fill('shop');
    await restore.click();
    await until('the row to be back', async () => {
      const answer = await cloud.call('POST', `/v1/projects/${ref}/database/query`, {
        query: 'select * from kept',
      });
      return answer.status === 201 && answer.text.includes('1') ? true : undefined;
    });
  });

  it('charts how large the database is, as it was measured', async () => {
    await open('');
    const size = page.getByRole('region', { name: 'Size' });
    await size.getByRole('img', { name: /^Size of the database/ }).waitFor({ timeout: 30_000 });
    const usage = z
      .object({ sizes: z.array(z.object({ at: z.string(), database_bytes: z.number() })).min(1) })
      .parse((await cloud.call('GET', `/platform/projects/${ref}/usage`)).body);
    const { database_bytes: bytes = 0, at = '' } = usage.sizes.at(-1) ?? {};
    expect(bytes).toBeGreaterThan(5_000_000);
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/);
    await size.getByText(`Database ${(bytes / 1e6).toFixed(1).replace('.0', '')} MB`).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  const versions = async () => {
    const { body } = await cloud.call('GET', `/platform/projects/${ref}/template`);
    return z.object({ version: z.string(), newest_version: z.string() }).parse(body);
  };

  it('has a start of a newer release bring the database of a project to it', async () => {
    await age(cloud, ref);
    await cloud.end();
    const records = new DatabaseSync(join(cloud.home, 'state.db'));
    records.exec(
      `update items set data = replace(data, '"template_version":"0.1.0"', '"template_version":"0.0.1"')`,
    );
    records.close();
    await cloud.launch();
    const { version, newest_version } = await until('the newest version', async () => {
      const found = await versions();
      return found.version === found.newest_version ? found : undefined;
    });
    expect([version, newest_version]).toEqual(['0.1.0', '0.1.0']);
    expect(await publicationsOf(cloud, ref)).toEqual([{ pubname: 'supabase_realtime' }]);
  });

  it('upgrades a project to a newer version of its template by a button, in its sight', async () => {
    const told = page.getByRole('region', { name: 'Template' });
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    await open('settings');
    await told.getByText('It is the newest version of its template.').waitFor();
    expect(await told.getByRole('button').count()).toBe(0);
    await age(cloud, ref);
    process.kill(cloud.pid, 'SIGUSR2');
    await page.reload();
    await told.getByText('light, version 0.1.0.').waitFor();
    await told.getByText('99.0.0: Something new.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(WIDTHS.phone);
    expect(await overflows(page)).toBe(false);
    await button('Upgrade').click();
    const progress = page.getByRole('region', { name: 'Bringing up new services' });
    await progress.getByText('Bring the database to the version of the template').waitFor();
    await told.getByText('light, version 99.0.0.').waitFor({ timeout: 60_000 });
    await told.getByText('It is the newest version of its template.').waitFor();
    expect(await cloud.project(ref)).toMatchObject({ status: 'ACTIVE_HEALTHY' });
    expect(await publicationsOf(cloud, ref)).toEqual([{ pubname: 'supabase_realtime' }]);
    const query = 'select count(*)::int from made';
    expect((await cloud.call('POST', `/v1/projects/${ref}/database/query`, { query })).body).toEqual([
      { count: 0 },
    ]);
  });

  it('asks nothing of a project that is paused, and so does not wake it', async () => {
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    await cloud.call('POST', `/v1/projects/${ref}/pause`);
    await cloud.reaches(ref, 'INACTIVE');
    for (const place of ['users', 'storage', 'realtime']) {
      await open(place);
      await page.getByRole('main').getByRole('button', { name: 'Restore' }).first().waitFor();
    }
    expect((await cloud.project(ref))?.status).toBe('INACTIVE');
  });

  it('says that nothing was measured yet, where nothing was', async () => {
    // What is paused is not measured anew.
    await cloud.end();
    const records = new DatabaseSync(join(cloud.home, 'state.db'));
    records.exec(`delete from items where pk = 'USAGE#${ref}'`);
    records.close();
    await cloud.launch();
    // No cloud that is older than a project brings it up again.
    process.kill(cloud.pid, 'SIGUSR2');
    await open('');
    const size = page.getByRole('region', { name: 'Size' });
    await size.getByText('No measurements in this month yet').waitFor();
    await size.getByText('A project that runs is measured within the hour.').waitFor();
    expect(await size.getByRole('img').count()).toBe(0);
  });

  it('lists the mails that were not sent', async () => {
    const { organization_slug: slug } = cloud.local;
    const body = { email: 'cleo@example.com', role: 'developer' };
    await cloud.call('POST', `/platform/organizations/${slug}/invitations`, body);
    await enter(page, cloud, '/outbox');
    await page.getByText('cleo@example.com').first().waitFor();
    expect(await page.getByRole('link', { name: /invitations/ }).getAttribute('href')).toMatch(
      /\/invitations\/[0-9a-f]{64}$/,
    );
    expect(await violations(page)).toEqual([]);
  });

  it('fits a phone, on every page', async () => {
    const places = readFileSync(new URL('../../web/src/shell/places.ts', import.meta.url), 'utf8').match(
      /(?<=to: ')[a-z]+(?=')/g,
    );
    await cloud.call('POST', `/v1/projects/${ref}/restore`);
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    await page.setViewportSize(WIDTHS.phone);
    for (const place of places ?? []) {
      await open(place);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect({ place, overflows: await overflows(page) }).toEqual({ place, overflows: false });
    }
  });
});
