import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GRACE_MS } from '../../functions/core/billing/standing.ts';
import type { OrganizationSlug, ProjectRef } from '../../functions/core/kernel/ids.ts';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { firstUser } from '../../functions/core/organization/first-user.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { membershipItem, putNew } from '../../functions/core/organization/organization-store.ts';
import { hourOf, monthOf, previousMonth } from '../../functions/core/usage/period.ts';
import { recordUsage } from '../../functions/core/usage/record-usage.ts';
import { statementOf } from '../../functions/core/usage/statement.ts';
import { UsageStore } from '../../functions/core/usage/usage-store.ts';
import { stripeClient } from '../../functions/drivers/stripe/client.ts';
import { StripePaymentEvents } from '../../functions/drivers/stripe/payment-events.ts';
import { StripePayments } from '../../functions/drivers/stripe/payments.ts';
import { reportAllUsage } from '../../functions/jobs/report-usage.ts';
import { withFaults } from '../fakes/faults.ts';
import { FakeStripe, PRICES, SECRET_KEY, WEBHOOK_SECRET } from '../fakes/fake-stripe.ts';
import { World } from '../faults/world.ts';
import { People, type Person } from './people.ts';

const GB = 1024 ** 3;
/** Of a machine that is busy with other tests, too. */
const PATIENT = { secretKey: SECRET_KEY, timeoutMs: 40_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let stripe: FakeStripe;
let people: People;
let owner: Person;
let slug: OrganizationSlug;
let ref: ProjectRef;
let usage: UsageStore;

beforeEach(async () => {
  const world = new World();
  stripe = new FakeStripe(() => world.ports.clock.now());
  const client = stripeClient({ ...PATIENT, api: await stripe.start() });
  people = new People(
    {
      payments: new StripePayments(client, PRICES),
      paymentEvents: new StripePaymentEvents(client, WEBHOOK_SECRET),
    },
    world,
  );
  usage = new UsageStore(people.ports.table);
  // Past the days in which the month before may still change.
  world.pass(9 * DAY);
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner, 'Acme', 'free');
  const body = { name: 'app', organization_slug: slug };
  const made = await people.call(owner.token, 'POST', '/v1/projects', { body });
  const found = await people.ports.projects.ofOrganization(slug);
  if (found[0] === undefined) throw new Error(made.text);
  ({ ref } = found[0]);
  await world.quiet();
});
afterEach(() => stripe.stop());

const at = (rest: string) => `/platform/organizations/${slug}${rest}`;
const plan = async () => (await people.ports.organizations.organization(slug))?.plan;
const billing = async () => (await people.call(owner.token, 'GET', at('/plan'))).body;
const checkout = (chosen: string, token = owner.token) =>
  people.call(token, 'POST', at('/billing/checkout'), { body: { plan: chosen } });
const told = (event: { readonly body: string; readonly headers: Readonly<Record<string, string>> }) =>
  people.call(undefined, 'POST', '/platform/billing/webhook', { raw: event.body, headers: event.headers });
const tell = (type: string) => told(stripe.event(type, 'cus_1'));
const mails = () => [...people.world.cloud.mails.values()].map(({ subject }) => subject);

async function subscribed(): Promise<string> {
  expect((await checkout('pro')).status).toBe(201);
  const id = stripe.model.pay();
  expect((await tell('checkout.session.completed')).body).toEqual({ outcome: 'followed' });
  return id;
}

const report = () => reportAllUsage({ ...people.ports, usage });
/** What of the bills so far is for usage. */
async function owed(): Promise<number> {
  const organization = await people.ports.organizations.organization(slug);
  const month = monthOf(people.ports.clock.now());
  const months = [previousMonth(month), month];
  const bills = await Promise.all(
    months.map((each) =>
      statementOf({ slug, plan: organization?.plan ?? 'free' }, each, { ...people.ports, usage }),
    ),
  );
  return bills
    .flatMap(({ lines }) => lines)
    .reduce((sum, { item, cents }) => sum + (item === 'egress' ? cents : 0), 0);
}
const use = (egress: number) =>
  recordUsage(
    {
      ref,
      hour: hourOf(people.ports.clock.now()),
      writer: `${people.ports.clock.now().getTime()}`,
      totals: { egress_bytes_rest: egress },
    },
    { usage },
  );

describe('an organization that pays', () => {
  it('has its plan by its subscription, is charged once for what it used, and is free when that has ended', async () => {
    const id = await subscribed();
    expect(await plan()).toBe('pro');
    expect(await billing()).toMatchObject({
      plan: 'pro',
      billing: { plans: ['pro', 'team'], subscription: { plan: 'pro', state: 'paid' } },
    });
    expect(stripe.model.customers.get('cus_1')).toMatchObject({ organization: slug, name: 'Acme' });
    // Whole months from the next one on.
    expect(stripe.model.pages.map(({ cycle }) => cycle.toISOString())).toEqual(['2026-02-01T00:00:00.000Z']);

    await use(300 * GB);
    for (let run = 0; run < 3; run += 1) await report();
    expect(stripe.model.charged('cus_1')).toBe(450);
    expect(await owed()).toBe(450);
    people.world.pass(MINUTE);
    await use(20 * GB);
    stripe.faults.push('lost', 'lost');
    await report();
    for (let run = 0; run < 2; run += 1) await report();
    expect(stripe.model.charged('cus_1')).toBe(630);

    stripe.model.sold(id).status = 'canceled';
    await tell('customer.subscription.deleted');
    expect(await plan()).toBe('pro');
    expect(mails().at(-1)).toBe('The plan of Acme ends on 2026-01-13');
    people.world.pass(GRACE_MS);
    await report();
    expect(await plan()).toBe('free');
    expect(mails().at(-1)).toBe('Acme is on the free plan');
    expect(stripe.model.charged('cus_1')).toBe(630);
    expect((await people.audited(slug)).filter((each) => each === 'organization.change_plan')).toHaveLength(
      2,
    );
  });

  it('can come back', async () => {
    stripe.model.sold(await subscribed()).status = 'canceled';
    people.world.pass(GRACE_MS);
    await report();
    people.world.pass(GRACE_MS);
    await report();
    expect(await plan()).toBe('free');
    people.world.pass(40 * DAY);
    await subscribed();
    expect(await plan()).toBe('pro');
    await use(260 * GB);
    await report();
    expect(stripe.model.charged('cus_1')).toBe(90);
  });

  it('changes to another plan by the subscription that it has, if that is paid for', async () => {
    await subscribed();
    stripe.model.declines = true;
    expect(await checkout('team')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    stripe.model.declines = false;
    expect(await checkout('team')).toMatchObject({ status: 201, body: { url: null } });
    expect(await plan()).toBe('pro');
    await tell('customer.subscription.updated');
    expect(await plan()).toBe('team');
  });

  it('keeps its plan while a payment is tried again, and is told of it once', async () => {
    const id = await subscribed();
    stripe.model.sold(id).status = 'past_due';
    await tell('invoice.payment_failed');
    await tell('customer.subscription.updated');
    expect(await plan()).toBe('pro');
    expect(mails().filter((subject) => subject === 'A payment for Acme has failed')).toHaveLength(1);
    stripe.model.sold(id).status = 'active';
    await tell('invoice.paid');
    expect(await billing()).toMatchObject({ billing: { subscription: { state: 'paid' } } });
  });

  it('is given its plan by nobody else, and cannot be deleted while it is charged', async () => {
    const id = await subscribed();
    const { user } = await firstUser('operator@example.com', people.ports);
    const item = membershipItem({ organization: slug, user, role: 'owner' });
    await people.ports.organizations.write([putNew(item)]);
    const operator = await issueToken(user, 'test', people.ports);
    const give = (token: string) => people.call(token, 'PUT', at('/plan'), { body: { plan: 'free' } });
    expect(await give(owner.token)).toMatchObject({ status: 403 });
    expect(await give(operator)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await people.call(owner.token, 'DELETE', `/v1/projects/${ref}`);
    await people.world.quiet();
    const deleted = await people.call(owner.token, 'DELETE', at(''));
    expect(deleted).toMatchObject({ status: 409, body: { code: 'conflict' } });
    stripe.model.sold(id).status = 'canceled';
    await tell('customer.subscription.deleted');
    expect((await people.call(owner.token, 'DELETE', at(''))).status).toBe(200);
  });

  it('is charged for a month on the invoice after it, however late the job is', async () => {
    await subscribed();
    await use(300 * GB);
    people.world.pass(30 * DAY);
    await report();
    people.world.pass(MINUTE);
    await report();
    expect(stripe.model.charged('cus_1')).toBe(450);
    expect(stripe.model.events.map(({ at: when }) => monthOf(when))).toEqual(['2026-02']);
  });
});

describe('an event that may or may not have arrived', () => {
  it.each([
    ['lost before it came', 'before'],
    ['lost after it came', 'after'],
  ] as const)('and was %s, is charged once after days and after the turn of the month', async (_, fault) => {
    await subscribed();
    await use(300 * GB);
    for (const days of [0, 2, 25]) {
      people.world.pass(days * DAY);
      await reportAllUsage({ ...people.ports, usage, payments: failing(fault) });
    }
    people.world.pass(HOUR);
    await report();
    expect(stripe.model.charged('cus_1')).toBe(450);
  });

  /** Each report goes wrong in that way. */
  function failing(fault: 'before' | 'after') {
    const { payments } = people.ports;
    if (payments === null) throw new Error('nobody is billed');
    const error = new TransientError('the connection is lost');
    return withFaults('payments', payments, ({ method }) =>
      method === 'report' ? { at: fault, error } : undefined,
    );
  }
});

describe('what Stripe tells', () => {
  it('is followed once, however often it comes', async () => {
    await subscribed();
    const event = stripe.event('customer.subscription.updated', 'cus_1');
    expect((await told(event)).body).toEqual({ outcome: 'followed' });
    const asked = stripe.asked.length;
    expect((await told(event)).body).toEqual({ outcome: 'ignored' });
    expect(stripe.asked.length).toBe(asked);
  });

  it('is asked of Stripe again, so that what comes late or in another order does no harm', async () => {
    await checkout('pro');
    const created = stripe.event('customer.subscription.created', 'cus_1');
    const id = stripe.model.pay();
    const deleted = stripe.event('customer.subscription.deleted', 'cus_1');
    // It is active: whatever the events say of it is from other times.
    await told(deleted);
    expect(await plan()).toBe('pro');
    stripe.model.sold(id).status = 'canceled';
    people.world.pass(MINUTE);
    await told(created);
    expect(await billing()).toMatchObject({ billing: { subscription: { state: 'grace' } } });
  });

  it('is ignored where it is of another kind, or of nobody here', async () => {
    expect((await tell('customer.tax_id.created')).body).toEqual({ outcome: 'ignored' });
    expect(await told(stripe.event('invoice.paid', 'cus_99'))).toMatchObject({
      status: 200,
      body: { outcome: 'ignored' },
    });
  });

  it('is refused where the signature is not its own', async () => {
    await subscribed();
    const event = stripe.event('customer.subscription.updated', 'cus_1', { secret: 'whsec_other' });
    expect(await told(event)).toMatchObject({ status: 400, body: { field: 'header.stripe-signature' } });
    expect((await told({ body: event.body, headers: {} })).status).toBe(400);
  });
});

describe('subscribing', () => {
  it('is for owners, and for plans that are sold', async () => {
    const staff = await people.staff(slug);
    expect((await checkout('pro', staff.administrator.token)).status).toBe(403);
    expect((await checkout('enterprise')).status).toBe(400);
    expect((await people.call(owner.token, 'POST', at('/billing/portal'))).status).toBe(409);
    await checkout('pro');
    const portal = await people.call(owner.token, 'POST', at('/billing/portal'));
    expect(z.object({ url: z.string() }).parse(portal.body).url).toBe('https://portal.test/cus_1');
    expect(await people.audited(slug)).toEqual(
      expect.arrayContaining(['organization.subscribe', 'organization.open_billing']),
    );
  });

  it('is not offered where nobody is billed', async () => {
    const plain = new People({}, people.world);
    expect((await plain.call(owner.token, 'GET', at('/plan'))).body).toMatchObject({ billing: null });
    const asked = await plain.call(owner.token, 'POST', at('/billing/checkout'), { body: { plan: 'pro' } });
    expect(asked).toMatchObject({ status: 501, body: { code: 'not_implemented' } });
    expect((await plain.call(undefined, 'POST', '/platform/billing/webhook', { raw: '{}' })).status).toBe(
      501,
    );
  });
});

describe('what projects cost the operator', () => {
  const costsSchema = z.object({
    spent: z.boolean(),
    organizations: z.array(
      z.object({
        slug: z.string(),
        billed_cents: z.number(),
        cost_cents: z.number(),
        projects: z.array(
          z.object({ ref: z.string(), lines: z.array(z.object({ item: z.string(), cents: z.number() })) }),
        ),
      }),
    ),
    next: z.string().nullable(),
  });

  it('stands beside what is billed for them, is made of their meters, and is for the operator alone', async () => {
    const { user } = await firstUser('operator@example.com', people.ports);
    const operator = await issueToken(user, 'test', people.ports);
    const ask = (token: string, query = '') => people.call(token, 'GET', `/platform/costs${query}`);
    expect((await ask(owner.token)).status).toBe(403);
    await subscribed();
    await use(260 * GB);
    people.world.pass(DAY);
    const answer = await ask(operator, '?month=2026-01');
    const { spent, organizations, next } = costsSchema.parse(answer.body);
    expect([spent, next, organizations.map((each) => each.slug)]).toEqual([false, null, [slug]]);
    const [costs] = organizations;
    const of = (item: string) =>
      costs?.projects.flatMap(({ lines }) => lines).find((line) => line.item === item)?.cents;
    expect(costs?.projects.map((each) => each.ref)).toEqual([ref]);
    // A day of a quarter of a core; 260 GB, of which the plan includes 250.
    expect(of('fargate_cpu')).toBeCloseTo(24 * 0.25 * 3.238, 1);
    expect(of('egress')).toBe(260 * 9);
    expect(costs?.billed_cents).toBe((await bills())[0]);
    expect((await ask(operator, '?month=2025-12')).body).toMatchObject({ organizations: [{ projects: [] }] });
  });

  const bills = async () =>
    z
      .array(z.object({ total_cents: z.number() }))
      .parse((await people.call(owner.token, 'GET', at('/statements'))).body)
      .map(({ total_cents: cents }) => cents);
});
