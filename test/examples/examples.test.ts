import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud } from '../local/cloud.ts';
import { hasBrowser, openBrowser, openPage, violations } from '../web/browser.ts';
import { RunningExample, enter } from './running-example.ts';

if (!hasBrowser) console.log('test/examples: not run, there is no /usr/bin/chromium');

/** Chromium as a person who has never been here. */
async function person(browser: Browser, url: string, name: string): Promise<Page> {
  const { page } = await openPage(browser);
  await enter(page, url, name);
  return page;
}

describe.runIf(hasBrowser)('the examples, with two people', () => {
  let cloud: Cloud;
  let browser: Browser;
  const running: RunningExample[] = [];

  async function example(name: string): Promise<string> {
    const started = await RunningExample.start(name, cloud.home);
    running.push(started);
    return started.url;
  }

  beforeAll(async () => {
    [cloud, browser] = await Promise.all([Cloud.start(), openBrowser()]);
  });

  afterAll(async () => {
    await browser.close();
    for (const one of running) await one.stop();
    await cloud.destroy();
  });

  it('chat: a room is made, found and joined, and both see each other write', async () => {
    const url = await example('chat');
    const [ann, ben] = await Promise.all([person(browser, url, 'ann'), person(browser, url, 'ben')]);
    await ann.getByLabel('New room').fill('Kitchen');
    await ann.getByRole('button', { name: 'Create' }).click();
    await ann.getByText('live', { exact: true }).waitFor();

    await ben.reload();
    await ben.getByRole('button', { name: 'Kitchen' }).click();
    await ben.getByRole('button', { name: 'Join the room' }).click();
    await ben.getByLabel('Message', { exact: true }).pressSequentially('Is there cof');
    await ann.getByText('is typing').waitFor();
    await ben.getByLabel('Message', { exact: true }).fill('Is there coffee?');
    await ben.getByRole('button', { name: 'Send' }).click();
    await ann.getByText('Is there coffee?').waitFor();
    await ann.getByText('2 here').waitFor();
    await ann.getByLabel('Message', { exact: true }).fill('There is');
    await ann.getByLabel('Message', { exact: true }).press('Enter');
    const said = ['ben Is there coffee?', 'ann There is'];
    for (const page of [ann, ben]) {
      await expect
        .poll(() => page.getByLabel('Messages').getByRole('listitem').allInnerTexts())
        .toEqual(said);
    }
    expect(await violations(ann)).toEqual([]);
  });

  it('chat: what was written without a connection is sent after a reload, once', async () => {
    const url = running[0]?.url ?? (await example('chat'));
    const { page, context } = await openPage(browser);
    await enter(page, url, 'cara');
    await page.getByLabel('New room').fill('Tunnel');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    // The server takes it, and the answer is lost on the way.
    await context.route('**/rpc/send_message', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByLabel('Message', { exact: true }).fill('Hello from below');
    await page.getByLabel('Message', { exact: true }).press('Enter');
    await page.getByText('Hello from below').first().waitFor();
    await context.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await page.getByRole('button', { name: 'Tunnel' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    await expect
      .poll(() => page.getByLabel('Messages').getByRole('listitem').allInnerTexts())
      .toEqual(['cara Hello from below']);
  });

  it('auction: both see every bid, and who was too slow is told and shown the truth', async () => {
    const url = await example('auction');
    const [sue, ben] = await Promise.all([person(browser, url, 'sue'), person(browser, url, 'ben')]);
    await sue.getByLabel('What is for sale').fill('A chair');
    await sue.getByRole('button', { name: 'Offer' }).click();
    await sue.getByLabel('Current price').waitFor();

    // Told by the row itself, without a reload.
    await ben.getByRole('button', { name: 'A chair' }).click();
    await ben.getByRole('button', { name: 'Bid' }).click();
    await ben.getByText('The highest bid is yours.').waitFor();
    await expect
      .poll(() => sue.getByLabel('Bids').getByRole('listitem').allInnerTexts())
      .toEqual(['10.00 somebody']);
    await ben.getByLabel('Your bid').fill('10.05');
    await ben.getByRole('button', { name: 'Bid' }).click();
    await ben.getByRole('alert').getByText('10.10').waitFor();
    expect(await ben.getByLabel('Current price').innerText()).toBe('10.00');

    await sue.getByRole('button', { name: 'End the auction' }).click();
    await ben.getByText('You have won.').waitFor();
    expect(await violations(ben)).toEqual([]);
  });

  it('say what to do where no cloud runs', async () => {
    const nowhere = promisify(execFile)(process.execPath, ['examples/start.ts', 'chat'], {
      env: { PATH: process.env['PATH'], BASEPLANE_HOME: '/nonexistent' },
    });
    await expect(nowhere).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start') });
  });
});
