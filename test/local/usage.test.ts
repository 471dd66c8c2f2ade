import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import type { Amounts } from '../../functions/core/usage/meters.ts';
import { hourOf } from '../../functions/core/usage/period.ts';
import { recordUsage } from '../../functions/core/usage/record-usage.ts';
import { UsageStore } from '../../functions/core/usage/usage-store.ts';
import { openSqliteTable } from '../../functions/drivers/sqlite/table.ts';
import { FakeStripe, PRICES, SECRET_KEY, WEBHOOK_SECRET } from '../fakes/fake-stripe.ts';
import { Cloud, type Keys, until } from './cloud.ts';

const usageSchema = z.object({
  totals: z.record(z.string(), z.number()),
  levels: z.record(z.string(), z.number()),
  daily: z.array(z.object({ date: z.string(), meters: z.record(z.string(), z.number()) })),
  restrictions: z.array(z.object({ item: z.string(), effect: z.string(), message: z.string() })),
});

type Usage = z.infer<typeof usageSchema>;

const stripe = new FakeStripe();
let cloud: Cloud;
let slug: string;
let ref: string;
let keys: Keys;
beforeAll(async () => {
  cloud = await Cloud.start({
    BASEPLANE_POOL: '1',
    BASEPLANE_STRIPE_API_URL: (await stripe.start()).href,
    BASEPLANE_STRIPE_SECRET_KEY: SECRET_KEY,
    BASEPLANE_STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    BASEPLANE_STRIPE_PRICE_PRO: PRICES.plans.pro,
    BASEPLANE_STRIPE_PRICE_USAGE: PRICES.usage,
  });
  const organization = await cloud.call('POST', '/v1/organizations', { name: 'Acme' });
  ({ slug } = z.object({ slug: z.string() }).parse(organization.body));
  ({ ref, keys } = await cloud.healthy('metered', { organization_slug: slug }));
});
afterAll(async () => {
  await cloud.destroy();
  await stripe.stop();
});

async function usage(): Promise<Usage> {
  return usageSchema.parse((await cloud.call('GET', `/platform/projects/${ref}/usage`)).body);
}

const reached = (what: string, holds: (seen: Usage) => boolean) =>
  until(
    what,
    async () => {
      const seen = await usage();
      return holds(seen) ? seen : undefined;
    },
    45_000,
  );

/** As a gateway that ran before would have counted it. */
async function sentBefore(totals: Amounts): Promise<void> {
  const clock = { now: () => new Date() };
  const table = openSqliteTable({ path: join(cloud.home, 'state.db'), clock });
  const hour = hourOf(clock.now());
  const usage = new UsageStore(table);
  await recordUsage({ ref: projectRefSchema.parse(ref), hour, writer: 'gateway@before', totals }, { usage });
  table.close();
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${cloud.url}/p/${ref}${path}`, { headers: { apikey: keys.anon, ...headers } });

describe('what a project uses', () => {
  it('is counted by what went over the wire', async () => {
    await cloud.sql(
      ref,
      'create table public.t (id int primary key, text text); grant all on public.t to anon',
    );
    await cloud.sql(ref, `insert into public.t select n, repeat('x', 100) from generate_series(1, 1000) n`);
    const client = cloud.client(ref, keys.anon);
    const before = (await usage()).totals['requests_rest'] ?? 0;
    for (let n = 0; n < 7; n += 1) expect((await client.from('t').select('*')).error).toBeNull();
    const signed = await client.auth.signUp({ email: 'ada@example.com', password: 'correct horse' });
    expect(signed.error).toBeNull();
    const admin = cloud.client(ref, keys.serviceRole);
    expect((await admin.storage.createBucket('files')).error).toBeNull();
    expect((await admin.storage.from('files').upload('a.bin', new Uint8Array(30_000))).error).toBeNull();
    const seen = await reached(
      'seven reads and two requests to Storage',
      ({ totals }) => (totals['requests_rest'] ?? 0) >= before + 7 && (totals['requests_storage'] ?? 0) >= 2,
    );
    expect(seen.totals['requests_rest']).toBe(before + 7);
    // 1000 rows of more than 100 bytes each, seven times.
    expect(seen.totals['egress_bytes_rest']).toBeGreaterThan(700_000);
    expect(seen.totals['egress_bytes_rest']).toBeLessThan(1_400_000);
    expect(seen.totals['requests_auth']).toBe(1);
    expect(seen.totals['requests_storage']).toBe(2);
    expect(seen.totals['compute_hours_nano']).toBeGreaterThanOrEqual(1);
    const { levels } = await reached('sizes', (told) => 'database_bytes' in told.levels);
    expect(levels['database_bytes']).toBeGreaterThan(5_000_000);
    const today = seen.daily.at(-1);
    expect(today?.meters['requests_storage']).toBe(2);
  });

  it('is none of what the control plane itself asks', async () => {
    const before = await usage();
    await cloud.call('GET', `/v1/projects/${ref}/health`);
    await get('/rest/v1/t');
    const after = await reached(
      'one read',
      ({ totals }) => totals['requests_rest'] !== before.totals['requests_rest'],
    );
    expect(after.totals['requests_rest']).toBe((before.totals['requests_rest'] ?? 0) + 1);
    expect(after.totals['requests_auth']).toBe(before.totals['requests_auth']);
  });
});

describe('a project past the limit of the free plan', () => {
  it(
    'takes nothing more into its database and its files, and takes more again when it has room',
    { timeout: 120_000 },
    async () => {
      const plan = await cloud.call('PUT', `/platform/organizations/${slug}/plan`, { plan: 'free' });
      expect(plan.body).toMatchObject({ plan: 'free', overage: 'refused', billing: { subscription: null } });
      // 500 MB that are written once: not compressed, and not in the write-ahead log.
      await cloud.sql(
        ref,
        `create unlogged table public.large (data text);
       alter table public.large alter column data set storage external;
       insert into public.large select repeat('x', 1024 * 1024) from generate_series(1, 510)`,
      );
      const file = `insert into storage.objects (bucket_id, name, metadata)
        values ('files', 'large', '{"size": 2000000000}')`;
      await cloud.sql(ref, file);
      const full = await reached('the restrictions', ({ restrictions }) => restrictions.length > 1);
      expect(full.restrictions).toContainEqual(
        expect.objectContaining({
          item: 'disk_size',
          effect: 'database_read_only',
          message: 'The quota of Disk Size (500 MB) is used up: the database is read-only.',
        }),
      );
      const files = cloud.client(ref, keys.serviceRole).storage.from('files');
      // The gateway looks at the restrictions when all of them are known.
      const refusal = await until('a refusal', async () => {
        const { error } = await files.upload('b.bin', new Uint8Array(10));
        return error !== null && 'status' in error && error.status === 402 ? error : undefined;
      });
      expect(refusal.message).toBe('The quota of Storage Size (1 GB) is used up: no more files are taken.');
      expect((await files.list()).data?.map(({ name }) => name)).toContain('a.bin');
      expect((await files.download('a.bin')).data?.size).toBe(30_000);
      const client = cloud.client(ref, keys.anon);
      const write = async () => (await client.from('t').update({ text: 'y' }).eq('id', 1)).error;
      // Sessions are ended, which a client may notice once. REST is refused as it asks to write, not as it does.
      await until('a refusal', async () =>
        (await write())?.code.startsWith('25') === true ? true : undefined,
      );
      expect((await client.from('t').select('id').limit(1)).data).toHaveLength(1);
      const health = await cloud.call('GET', `/v1/projects/${ref}/readonly`);
      expect(health.body).toMatchObject({ enabled: true });
      const room = `drop table public.large; update storage.objects set metadata = null where name = 'large'`;
      await cloud.sql(ref, `begin read write; ${room}; commit`);
      await reached('the end of it', ({ restrictions }) => restrictions.length === 0);
      await until('a write to succeed', async () => ((await write()) === null ? true : undefined));
      await until('an upload to succeed', async () => (await files.upload('c.bin', 'c')).data ?? undefined);
    },
  );
});

describe('what a project has used', () => {
  it('is neither lost nor counted twice when the cloud is killed, and what is used up is still refused', async () => {
    const counted = (await usage()).totals;
    await cloud.end('SIGKILL');
    // Nobody sends 6 GB for this.
    await sentBefore({ egress_bytes_functions: 6 * 1024 ** 3 });
    await cloud.launch();
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    const refused = await until('a refusal', async () => {
      const answer = await get('/rest/v1/t');
      return answer.status === 402 ? answer : undefined;
    });
    expect(await refused.json()).toMatchObject({
      code: 'quota_exceeded',
      message: 'The monthly quota of Egress (5 GB) is used up: requests are refused.',
    });
    await cloud.call('PUT', `/platform/organizations/${slug}/plan`, { plan: 'pro' });
    await until('the project to answer', async () => ((await get('/rest/v1/t')).ok ? true : undefined));
    const { totals } = await reached(
      'more',
      (seen) => seen.totals['requests_rest'] !== counted['requests_rest'],
    );
    expect(totals['requests_storage']).toBe(counted['requests_storage']);
    expect(totals['egress_bytes_storage']).toBe(counted['egress_bytes_storage']);
    expect(totals['requests_rest']).toBeGreaterThan(counted['requests_rest'] ?? 0);
  });

  it('is on the statement of its organization', async () => {
    const statements = await cloud.call('GET', `/platform/organizations/${slug}/statements`);
    const lines = expect.arrayContaining([
      expect.objectContaining({ item: 'compute', project: ref, unit: 'hours' }),
      expect.objectContaining({ item: 'egress', cents: 0 }),
    ]);
    expect(statements.body).toEqual([expect.objectContaining({ status: 'open', plan: 'pro', lines })]);
  });
});

describe('an organization that subscribes', () => {
  it('has its plan by what Stripe says', async () => {
    const made = await cloud.call('POST', '/v1/organizations', { name: 'Payer' });
    const payer = z.object({ slug: z.string() }).parse(made.body).slug;
    const at = (rest: string) => `/platform/organizations/${payer}${rest}`;
    const tell = (type: string) =>
      fetch(`${cloud.url}/platform/billing/webhook`, { method: 'POST', ...stripe.event(type, 'cus_1') });
    const page = await cloud.call('POST', at('/billing/checkout'), { plan: 'pro' });
    expect([page.status, page.body]).toEqual([201, { url: 'https://checkout.test/cs_1' }]);
    expect((await cloud.call('GET', at('/plan'))).body).toMatchObject({ plan: 'free' });
    const id = stripe.model.pay();
    expect((await tell('checkout.session.completed')).status).toBe(200);
    expect((await cloud.call('GET', at('/plan'))).body).toMatchObject({
      plan: 'pro',
      billing: { plans: ['pro'], subscription: { plan: 'pro', state: 'paid' } },
    });
    stripe.model.sold(id).status = 'canceled';
    await tell('customer.subscription.deleted');
    expect((await cloud.call('GET', at('/plan'))).body).toMatchObject({
      plan: 'pro',
      billing: { subscription: { state: 'grace' } },
    });
    const costs = await cloud.call('GET', '/platform/costs');
    expect(costs.body).toMatchObject({
      spent: false,
      organizations: expect.arrayContaining([expect.objectContaining({ slug: payer, projects: [] })]),
    });
  });
});
