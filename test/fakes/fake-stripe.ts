import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Stripe } from 'stripe';
import { PaymentsModel } from './payments-model.ts';

export const PRICES = { plans: { pro: 'price_pro', team: 'price_team' }, usage: 'price_usage' } as const;
const METER = 'mtr_usage';
const USAGE_EVENT = 'baseplane_usage_cents';
export const SECRET_KEY = 'sk_test_fake';
export const WEBHOOK_SECRET = 'whsec_fake';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Asked {
  readonly id: string;
  readonly form: URLSearchParams;
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const done = (body: unknown): Answer => ({ status: 200, body });
const listed = (data: readonly unknown[]) => done({ object: 'list', has_more: false, url: '/', data });
const refused = (message: string, code?: string, status = 400): Answer => ({
  status,
  body: { error: { type: 'invalid_request_error', message, ...(code === undefined ? {} : { code }) } },
});
const missing = (what: string) => refused(`No such ${what}`, 'resource_missing', 404);

/** A server that speaks Stripe's API over the model, as far as the official library is made to ask. */
export class FakeStripe {
  readonly model: PaymentsModel;
  /** How many of the next requests are answered wrongly: `throttled` without an effect, `lost` after it. */
  readonly faults: ('throttled' | 'lost')[] = [];
  /** Every request, by its method and path. */
  readonly asked: string[] = [];
  readonly #now: () => Date;
  readonly #stripe = new Stripe(SECRET_KEY);
  readonly #answers = new Map<string, Answer>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #events = 0;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
    this.model = new PaymentsModel(now);
  }

  async start(): Promise<URL> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new URL(`http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** An event as Stripe posts it, signed. What it says of its object is old by the time it comes, and only its kind is meant. */
  event(type: string, customer: string, { secret = WEBHOOK_SECRET, at = this.#now() } = {}) {
    this.#events += 1;
    const body = JSON.stringify({
      id: `evt_${this.#events}`,
      object: 'event',
      type,
      created: seconds(at),
      data: { object: { object: type.split('.').slice(0, -1).join('.'), customer, status: 'stale' } },
    });
    const { webhooks } = this.#stripe;
    const signature = webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds(at) });
    return { body, headers: { 'stripe-signature': signature, 'content-type': 'application/json' } };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stripe.test');
    const body = await text(request);
    const form = request.method === 'GET' ? searchParams : new URLSearchParams(body);
    this.asked.push(`${request.method} ${pathname}`);
    const fault = this.faults.shift();
    const { status, body: answer } =
      fault === 'throttled'
        ? refused('Too many requests', 'rate_limit', 429)
        : await this.#once(request, pathname, form);
    if (fault === 'lost') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' });
    response.end(JSON.stringify(answer));
  }

  /** A key is answered as it was before, whatever came of it. */
  async #once(request: IncomingMessage, path: string, form: URLSearchParams): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) return refused('Invalid API Key', '', 401);
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#answers.get(key) : undefined;
    const answer = known ?? (await this.#answer(`${request.method} ${path}`, form));
    if (typeof key === 'string') this.#answers.set(key, answer);
    return answer;
  }

  async #answer(asked: string, form: URLSearchParams): Promise<Answer> {
    for (const [place, answer] of Object.entries(this.#places)) {
      const found = new RegExp(`^${place.replace('{id}', '([^/]+)')}$`).exec(asked);
      if (found !== null) return answer({ id: found[1] ?? '', form });
    }
    return missing(`place: ${asked}`);
  }

  readonly #places: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>> = {
    'GET /v1/customers/search': ({ form }) => {
      const slug = /'([^']*)'$/.exec(form.get('query') ?? '')?.[1];
      const found = [...this.model.customers.values()].filter(({ organization }) => organization === slug);
      return listed(found.map(({ id }) => ({ id, object: 'customer' })));
    },
    'POST /v1/customers': ({ form }) => {
      const organization = form.get('metadata[organization]') ?? '';
      const id = `cus_${this.model.customers.size + 1}`;
      this.model.customers.set(id, { id, organization, name: '', email: '', subscriptions: [] });
      return done({ id, object: 'customer' });
    },
    'POST /v1/customers/{id}': async ({ id, form }) => {
      await this.model.describe(id, { name: form.get('name') ?? '', email: form.get('email') ?? '' });
      return done({ id, object: 'customer' });
    },
    'GET /v1/customers/{id}': ({ id }) => {
      const found = this.model.customers.get(id);
      if (found === undefined) return missing(`customer: '${id}'`);
      return done({ id, object: 'customer', metadata: { organization: found.organization } });
    },
    'GET /v1/subscriptions': ({ form }) =>
      listed(
        (this.model.customers.get(form.get('customer') ?? '')?.subscriptions ?? []).map(({ id }) =>
          this.#subscription(id),
        ),
      ),
    'GET /v1/subscriptions/{id}': ({ id }) => done(this.#subscription(id)),
    'POST /v1/subscriptions/{id}': async ({ id, form }) => {
      const plan = form.get('items[0][price]') === PRICES.plans.team ? 'team' : 'pro';
      const switched = await this.model.switchPlan(id, plan);
      return switched.ok ? done(this.#subscription(id)) : refused('Your card was declined.', '', 402);
    },
    'GET /v1/checkout/sessions': ({ form }) =>
      listed(
        this.model.pages
          .filter(({ open, customer }) => open && customer === form.get('customer'))
          .map(({ id }) => ({ id, object: 'checkout.session' })),
      ),
    'POST /v1/checkout/sessions/{id}/expire': ({ id }) => {
      for (const page of this.model.pages) if (page.id === id) page.open = false;
      return done({ id, object: 'checkout.session' });
    },
    'POST /v1/checkout/sessions': async ({ form }) => {
      const plan = form.get('line_items[0][price]') === PRICES.plans.team ? 'team' : 'pro';
      if (form.get('line_items[1][price]') !== PRICES.usage) return refused('usage is not sold');
      const cycle = new Date(Number(form.get('subscription_data[billing_cycle_anchor]')) * 1000);
      const url = await this.model.checkout({ customer: form.get('customer') ?? '', plan, cycle });
      return done({ id: url.split('/').at(-1), object: 'checkout.session', url });
    },
    'POST /v1/billing_portal/sessions': async ({ form }) =>
      done({ object: 'billing_portal.session', url: await this.model.portal(form.get('customer') ?? '') }),
    'POST /v1/billing/meter_events': async ({ form }) => {
      const id = form.get('identifier') ?? '';
      if (form.get('event_name') !== USAGE_EVENT) return refused('No such meter');
      if (this.model.knows(id)) return refused(`An event already exists with identifier ${id}.`);
      const customer = form.get('payload[stripe_customer_id]') ?? '';
      const at = new Date(Number(form.get('timestamp')) * 1000);
      await this.model.report({ id, customer, cents: Number(form.get('payload[value]')), at });
      return done({ object: 'billing.meter_event', identifier: id });
    },
    'GET /v1/prices/{id}': ({ id }) => done({ id, object: 'price', recurring: { meter: METER } }),
    [`GET /v1/billing/meters/${METER}/event_summaries`]: async ({ form }) => {
      const minute = new Date(Number(form.get('start_time')) * 1000);
      const value = await this.model.reportedIn(form.get('customer') ?? '', minute);
      return listed([{ object: 'billing.meter_event_summary', aggregated_value: value }]);
    },
  };

  #subscription(of: string) {
    const { id, plan, status, cancels, created } = this.model.sold(of);
    const price = { id: PRICES.plans[plan], object: 'price' };
    const item = { id: `si_${id}`, price, current_period_end: seconds(created) + 30 * 86_400 };
    const usage = { ...item, id: `si_usage_${id}`, price: { id: PRICES.usage, object: 'price' } };
    return {
      id,
      object: 'subscription',
      status,
      cancel_at_period_end: cancels,
      cancel_at: null,
      created: seconds(created),
      items: { object: 'list', data: [usage, item] },
    };
  }
}
