import { mkdirSync } from 'node:fs';
import { Cloud } from '../local/cloud.ts';
import { WIDTHS, openBrowser, openPage } from './browser.ts';
import { enter } from './dashboard.ts';

/** What the README shows of the dashboard, made anew: `npm run screenshots`. */
const FOLDER = 'docs/images';

const SHOTS = [
  { name: 'projects', place: () => '/', scheme: 'light', width: 'laptop' },
  { name: 'project', place: (ref: string) => `/projects/${ref}`, scheme: 'light', width: 'laptop' },
  { name: 'sql', place: (ref: string) => `/projects/${ref}/sql`, scheme: 'dark', width: 'laptop' },
  { name: 'project-phone', place: (ref: string) => `/projects/${ref}`, scheme: 'dark', width: 'phone' },
] as const;

const SCHEMA = `
  create table products (id bigint generated always as identity primary key, name text not null, price numeric not null);
  alter table products enable row level security;
  create policy "everybody sees products" on products for select using (true);
  insert into products (name, price) values ('Chair', 49), ('Table', 180), ('Lamp', 35);
`;

const cloud = await Cloud.start();
const browser = await openBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  const [{ ref, keys }] = await Promise.all([
    cloud.healthy('shop'),
    cloud.healthy('chat', { template: 'with-messaging' }),
    cloud.healthy('reports', { template: 'with-postgrest' }),
  ]);
  await cloud.sql(ref, SCHEMA);
  const client = cloud.client(ref, keys.serviceRole);
  for (let request = 0; request < 40; request += 1) await client.from('products').select();
  for (const { name, place, scheme, width } of SHOTS) {
    const { page, context } = await openPage(browser, { viewport: WIDTHS[width], colorScheme: scheme });
    await enter(page, cloud, place(ref));
    await page.waitForLoadState('networkidle');
    if (name === 'sql') {
      await page
        .getByRole('textbox', { name: 'SQL' })
        .fill('select name, price from products order by price');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Run/ }).first().click();
      await page.getByText('Chair').waitFor();
    }
    const loading = page.getByRole('status', { name: 'Loading' });
    while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'hidden' });
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
  await cloud.destroy();
}
