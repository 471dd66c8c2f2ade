import type { Page } from 'playwright-core';
import type { Cloud } from '../local/cloud.ts';

/** Signs in with the cloud's own access token, as somebody who pastes it would have; then goes there. */
export async function enter(page: Page, cloud: Cloud, path: string): Promise<void> {
  const { access_token } = cloud.local;
  await page.addInitScript((token) => sessionStorage.setItem('access-token', token), access_token);
  await page.goto(`${cloud.url}${path}`);
}
