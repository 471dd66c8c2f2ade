import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Cloud } from '../local/cloud.ts';
import { openBrowser, openPage } from './browser.ts';

/** Signs in with the cloud's own access token, as somebody who pastes it would have; then goes there. */
export async function enter(page: Page, cloud: Cloud, path: string): Promise<void> {
  const { access_token } = cloud.local;
  await page.addInitScript((token) => sessionStorage.setItem('access-token', token), access_token);
  await page.goto(`${cloud.url}${path}`);
}

export const named = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true });

/** As by hand: filled at once, the browser would carry over the style of what is replaced, and the policy complain. */
export async function writeSql(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(sql);
}

/** A cloud with the project `shop`, and a browser to look at it with. */
export class Desk {
  readonly cloud: Cloud;
  readonly browser: Browser;
  readonly ref: string;

  private constructor(cloud: Cloud, browser: Browser, ref: string) {
    this.cloud = cloud;
    this.browser = browser;
    this.ref = ref;
  }

  static async open(env: Readonly<Record<string, string>>): Promise<Desk> {
    const [cloud, browser] = await Promise.all([Cloud.start(env), openBrowser()]);
    return new Desk(cloud, browser, (await cloud.healthy('shop')).ref);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.cloud.destroy();
  }

  at(path: string): string {
    return path.replace('{ref}', this.ref).replace('{slug}', this.cloud.local.organization_slug);
  }

  /** Does it in a browser of its own, in which nothing is to be forbidden or thrown. */
  async inPage(
    path: string,
    work: (page: Page) => Promise<void>,
    options: Parameters<typeof openPage>[1] = {},
  ): Promise<void> {
    const { page, context, complaints } = await openPage(this.browser, options);
    await enter(page, this.cloud, path);
    await work(page);
    expect(complaints).toEqual([]);
    await context.close();
  }
}
