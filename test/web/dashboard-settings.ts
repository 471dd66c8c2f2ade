import { request } from 'node:http';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violations } from './browser.ts';
import { type Desk, named } from './dashboard.ts';
import type { Zone } from './zone.ts';

const DOMAIN = 'api.shop.example';

/** Of what is set for a project and for its organization. `port`: of Postgres. */
export function settingsPages(of: () => Desk, zone: Zone, port: () => number): void {
  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const inSettings = (work: (page: Page) => Promise<void>) =>
    of().inPage(of().at('/projects/{ref}/settings'), work);
  const read = async (path: string) => (await of().cloud.call('GET', of().at(path))).body;

  it('changes settings, and says what is not saved yet', () =>
    inSettings(async (page) => {
      const api = region(page, 'API');
      const rows = api.getByLabel('Rows in one answer at most');
      await rows.fill('7');
      await api.getByText('One change is not saved').waitFor();
      await api.getByRole('button', { name: 'Discard' }).click();
      expect(await rows.inputValue()).toBe('1000');
      await rows.fill('7');
      await api.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The REST API takes it up.').waitFor();
      await api.getByText('One change is not saved').waitFor({ state: 'detached', timeout: 30_000 });
      expect(await read('/v1/projects/{ref}/postgrest')).toMatchObject({ max_rows: 7 });

      const auth = region(page, 'Auth');
      await auth.locator('summary', { hasText: 'keycloak' }).click();
      const keycloak = auth.getByRole('group').filter({ hasText: 'keycloak' });
      await keycloak.getByLabel('Enabled').check();
      await keycloak.getByLabel('Client ID').fill('shop');
      await keycloak.getByLabel('Secret').fill('only Auth knows it');
      await keycloak.getByRole('button', { name: 'Save' }).click();
      await keycloak.getByRole('alert').getByText('external_keycloak_url').waitFor();
      await keycloak.getByLabel('Address of the issuer').fill('https://sign-in.example/realms/shop');
      await keycloak.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Auth takes it up.').waitFor();
      expect(await read('/v1/projects/{ref}/config/auth')).toMatchObject({
        external_keycloak_enabled: true,
        external_keycloak_client_id: 'shop',
      });
    }));

  it('changes the database password, and from where and how one connects with it', () =>
    inSettings(async (page) => {
      const connect = async (password: string) => {
        const client = new Client({
          host: '127.0.0.1',
          port: port(),
          user: `postgres.${of().ref}`,
          password,
          database: 'postgres',
        });
        try {
          await client.connect();
          return (await client.query<{ who: string }>('select current_user as who')).rows[0]?.who;
        } catch (error) {
          return error instanceof Error ? error.message : '';
        } finally {
          await client.end();
        }
      };
      const database = region(page, 'Database');
      await database.getByLabel('New database password').fill('eleven brass kettles');
      await database.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('The database password is changed.').waitFor();
      expect(await connect('eleven brass kettles')).toBe('postgres');
      expect(await connect('another one')).toMatch(/password authentication failed/);

      await database.getByLabel('Refuse connections to Postgres without TLS').click();
      await page.getByText('It is in force.').waitFor();
      expect(await connect('eleven brass kettles')).toMatch(/SSL/i);

      const network = region(page, 'Network');
      const blocks = network.getByLabel('Blocks of addresses, one a line');
      await blocks.fill('10.0.0.0/40');
      await network.getByRole('button', { name: 'Apply' }).click();
      await network.getByRole('alert').waitFor();
      await blocks.fill('10.0.0.0/8');
      await network.getByRole('button', { name: 'Apply' }).click();
      await network.getByRole('alert').waitFor({ state: 'detached' });
      expect(await read('/v1/projects/{ref}/network-restrictions')).toMatchObject({
        config: { dbAllowedCidrs: ['10.0.0.0/8'] },
      });
    }));

  it('serves a project at a domain once its records are found', () =>
    inSettings(async (page) => {
      const domain = region(page, 'Custom domain');
      await domain.getByLabel('Host name').fill(DOMAIN);
      await domain.getByRole('button', { name: 'Begin' }).click();
      const challenge = `_baseplane-challenge.${DOMAIN}`;
      await domain.getByText(challenge, { exact: true }).waitFor();
      await domain.getByRole('button', { name: 'Look for the records' }).click();
      await domain.getByRole('alert').getByText(`There is no TXT record at ${challenge}.`).waitFor();
      expect(await violations(page)).toEqual([]);
      const values = await domain.getByRole('definition').allTextContents();
      zone.records.set(challenge, values[values.indexOf(challenge) + 1] ?? '');
      await domain.getByRole('button', { name: 'Look for the records' }).click();
      await domain.getByText('It is being put in place').waitFor();
      await domain.getByRole('button', { name: 'Serve' }).click();
      await domain.getByText('The project answers at it.').waitFor();
      const { port: at } = of().cloud;
      const status = await new Promise((resolve, reject) =>
        request({ port: at, path: '/auth/v1/.well-known/jwks.json', headers: { host: DOMAIN } }, (answer) =>
          resolve(answer.resume().statusCode),
        )
          .on('error', reject)
          .end(),
      );
      expect(status).toBe(200);
      await domain.getByRole('button', { name: 'Give up' }).click();
      await domain.getByLabel('Host name').waitFor();
    }));

  it('makes and deletes API keys, and does without the legacy ones', () =>
    inSettings(async (page) => {
      const keys = region(page, 'API keys');
      await keys.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Kind').selectOption('secret');
      await page.getByRole('dialog').getByLabel('Name').fill('reports');
      await named(page, 'Make the key').click();
      await named(page, 'Reveal secret key reports').click();
      await keys.getByText(/^sb_secret_[\w-]+$/).waitFor();
      await named(page, 'Delete secret key reports').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await keys.getByRole('cell', { name: 'reports', exact: true }).waitFor({ state: 'detached' });
      await keys.getByLabel('Take the legacy keys anon and service_role').click();
      await page.getByText('The project takes it up.').waitFor();
      await page.getByRole('link', { name: 'Home' }).click();
      await keys.getByText('publishable · default').waitFor();
      await keys.getByText('service_role').waitFor({ state: 'detached' });
    }));

  it('changes the plan, and keeps a project from being paused by it', () =>
    of().inPage(of().at('/organizations/{slug}/usage'), async (page) => {
      try {
        await page.getByLabel('Change to').selectOption('free');
        await named(page, 'Change plan').click();
        await page.getByText(/^Free, 0\.00 USD a month/).waitFor();
        await page.goto(`${of().cloud.url}${of().at('/projects/{ref}/settings')}`);
        const pausing = region(page, 'Pausing');
        await pausing.getByText('Unless it is used before, it is paused').waitFor();
        await pausing.getByLabel('Never pause it for want of use').click();
        await pausing.getByText('It runs until somebody pauses it.').waitFor();
        expect(await read('/platform/projects/{ref}/idle')).toMatchObject({ exempt: true });
      } finally {
        await of().cloud.call('PUT', of().at('/platform/organizations/{slug}/plan'), { plan: 'enterprise' });
      }
    }));
}
