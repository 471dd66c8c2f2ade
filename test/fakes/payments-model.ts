import type { PaidPlan } from '../../functions/contract/plans.ts';
import type {
  Account,
  Payments,
  SubscriptionStatus,
  UsageEvent,
} from '../../functions/core/billing/payments.port.ts';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { type Result, err, ok } from '../../functions/core/kernel/result.ts';

const DAY_MS = 24 * 3600_000;

interface Sold {
  id: string;
  plan: PaidPlan;
  status: SubscriptionStatus;
  cancels: boolean;
  readonly created: Date;
}

export interface Customer {
  readonly id: string;
  readonly organization: string;
  name: string;
  email: string;
  readonly subscriptions: Sold[];
}

interface Page {
  readonly id: string;
  readonly customer: string;
  readonly plan: PaidPlan;
  readonly cycle: Date;
  open: boolean;
}

interface Taken extends UsageEvent {
  readonly came: Date;
}

/** What Stripe keeps, in as far as it is asked: the state behind the fake of the port and behind that of the server. */
export class PaymentsModel implements Payments {
  readonly plans = ['pro', 'team'] as const;
  readonly customers = new Map<string, Customer>();
  readonly pages: Page[] = [];
  readonly events: Taken[] = [];
  /** The next payment is refused. */
  declines = false;
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  #of(customer: string): Customer {
    const found = this.customers.get(customer);
    if (found === undefined) throw new Error(`there is no customer ${customer}`);
    return found;
  }

  async customerFor(organization: OrganizationSlug): Promise<string> {
    const found = [...this.customers.values()].find((each) => each.organization === organization);
    const id = found?.id ?? `cus_${this.customers.size + 1}`;
    if (found === undefined)
      this.customers.set(id, { id, organization, name: '', email: '', subscriptions: [] });
    return id;
  }

  async describe(customer: string, as: { readonly name: string; readonly email: string }): Promise<void> {
    Object.assign(this.#of(customer), as);
  }

  async account(customer: string): Promise<Account | undefined> {
    const found = this.customers.get(customer);
    return found && { organization: found.organization, subscriptions: found.subscriptions.map(this.#read) };
  }

  readonly #read = (sold: Sold) => ({ ...sold, periodEnd: new Date(sold.created.getTime() + 30 * DAY_MS) });

  async checkout(order: {
    readonly customer: string;
    readonly plan: PaidPlan;
    readonly cycle: Date;
  }): Promise<string> {
    const { customer, plan, cycle } = order;
    for (const page of this.pages) if (page.customer === customer) page.open = false;
    const id = `cs_${this.pages.length + 1}`;
    this.pages.push({ id, customer, plan, cycle, open: true });
    return `https://checkout.test/${id}`;
  }

  async portal(customer: string): Promise<string> {
    return `https://portal.test/${this.#of(customer).id}`;
  }

  async switchPlan(subscription: string, plan: PaidPlan): Promise<Result<void, 'declined'>> {
    if (this.declines) return err('declined');
    this.sold(subscription).plan = plan;
    return ok(undefined);
  }

  /** Stripe refuses what it knows again, which it does for a day; drivers take that for having been taken. */
  async report(event: UsageEvent): Promise<void> {
    if (!this.knows(event.id)) this.events.push({ ...event, came: this.#now() });
  }

  knows(id: string): boolean {
    const since = this.#now().getTime() - DAY_MS;
    return this.events.some((each) => each.id === id && each.came.getTime() > since);
  }

  async reportedIn(customer: string, minute: Date): Promise<number> {
    const within = (at: Date) => at.toISOString().slice(0, 16) === minute.toISOString().slice(0, 16);
    return this.events
      .filter((each) => each.customer === customer && within(each.at))
      .reduce((sum, { cents }) => sum + cents, 0);
  }

  /** What somebody does at the last page that was made. */
  pay(): string {
    const page = this.pages.findLast(({ open }) => open);
    if (page === undefined) throw new Error('there is no page to pay at');
    page.open = false;
    const { subscriptions } = this.#of(page.customer);
    const id = `sub_${page.id}`;
    subscriptions.push({ id, plan: page.plan, status: 'active', cancels: false, created: this.#now() });
    return id;
  }

  sold(subscription: string): Sold {
    const all = [...this.customers.values()].flatMap(({ subscriptions }) => subscriptions);
    const found = all.find(({ id }) => id === subscription);
    if (found === undefined) throw new Error(`there is no subscription ${subscription}`);
    return found;
  }

  /** What a customer's invoices come to for usage. */
  charged(customer: string): number {
    return this.events
      .filter((each) => each.customer === customer)
      .reduce((sum, { cents }) => sum + cents, 0);
  }
}
