import type { Versioned } from '../kernel/table.port.ts';
import type { Organization } from '../organization/organization.ts';
import { type Month, monthOf, nextMonth } from '../usage/period.ts';
import { type StatementPorts, isFinal, usageOwed } from '../usage/statement.ts';
import type { Payments } from './payments.port.ts';
import { type UsageLedger, readLedger, writeLedger } from './usage-ledger.ts';

/** Stripe knows an event again by its identifier for a day; this is safely less. */
const KNOWN_AGAIN_MS = 20 * 3_600_000;

const wholeSecond = (at: Date) => new Date(Math.floor(at.getTime() / 1000) * 1000);
const minuteOf = (at: string) => at.slice(0, 16);

type Pending = NonNullable<UsageLedger['pending']>;

/**
 * Tells the payment provider what an organization owes for its usage beyond what it was told before. What is about to
 * be told is on the ledger first, and comes off it when it has been: a run that dies is made up for by the next one.
 * An event is of when it is told, not of when the usage was: what comes late is on the next invoice, and none is lost.
 */
export async function reportUsage(
  organization: Organization,
  payments: Payments,
  ports: StatementPorts,
): Promise<void> {
  const customer = organization.payment?.customer;
  const read = await readLedger(organization.slug, ports.table);
  if (customer === undefined || read === undefined) return;
  const run = new Run({ organization, customer, payments, ports }, read);
  await run.deliver();
  const now = ports.clock.now();
  for (let month = read.value.from; month <= monthOf(now); month = nextMonth(month)) {
    if (!(await run.report(month, now))) return;
  }
}

interface Parts {
  readonly organization: Organization;
  readonly customer: string;
  readonly payments: Payments;
  readonly ports: StatementPorts;
}

class Run {
  readonly #parts: Parts;
  #ledger: Versioned<UsageLedger>;

  constructor(parts: Parts, ledger: Versioned<UsageLedger>) {
    this.#parts = parts;
    this.#ledger = ledger;
  }

  async #write(change: Partial<UsageLedger>): Promise<void> {
    const { organization, ports } = this.#parts;
    const { value, version } = this.#ledger;
    this.#ledger = await writeLedger(organization.slug, { ...value, ...change }, version, ports.table);
  }

  /** False: the rest has to wait for the next run. */
  async report(month: Month, now: Date): Promise<boolean> {
    const { organization, ports } = this.#parts;
    const { reported, last_at, from } = this.#ledger.value;
    const owed = await usageOwed(organization, month, ports);
    const told = reported[month] ?? 0;
    // A bill that has become less is made up for by what is owed next, never paid back.
    if (owed <= told) {
      if (month === from && isFinal(month, now)) await this.#settle(month);
      return true;
    }
    const at = wholeSecond(now).toISOString();
    // Of a minute there is one event, so that the provider can be asked for it.
    if (last_at !== null && minuteOf(last_at) === minuteOf(at)) return false;
    const pending = { id: `${organization.slug}-${month}-${owed}`, month, cents: owed - told, at };
    await this.#write({ pending, reported: { ...reported, [month]: owed } });
    await this.deliver();
    return true;
  }

  /** Has the provider know of the event that is on the ledger, once. */
  async deliver(): Promise<void> {
    const { pending } = this.#ledger.value;
    if (pending === null) return;
    const event = await this.#current(pending);
    if (event !== undefined) {
      const { customer, payments } = this.#parts;
      const { id, cents, at } = event;
      await payments.report({ id, customer, cents, at: new Date(at) });
    }
    await this.#write({ pending: null, last_at: event?.at ?? pending.at });
  }

  /** An event that the provider would not know again, or that is of a period which it has closed, is asked for first. */
  async #current(pending: Pending): Promise<Pending | undefined> {
    const { customer, payments, ports } = this.#parts;
    const now = ports.clock.now();
    const at = new Date(pending.at);
    if (now.getTime() - at.getTime() < KNOWN_AGAIN_MS && monthOf(at) === monthOf(now)) return pending;
    if ((await payments.reportedIn(customer, at)) >= pending.cents) return undefined;
    const renewed = { ...pending, at: wholeSecond(now).toISOString() };
    await this.#write({ pending: renewed });
    return renewed;
  }

  async #settle(month: Month): Promise<void> {
    const { [month]: _settled, ...reported } = this.#ledger.value.reported;
    await this.#write({ from: nextMonth(month), reported });
  }
}
