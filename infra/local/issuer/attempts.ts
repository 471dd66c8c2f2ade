import { createHash } from 'node:crypto';
import type { Clock } from '../../../functions/core/kernel/clock.port.ts';
import type { Table } from '../../../functions/core/kernel/table.port.ts';
import { RateLimiter } from '../../../functions/core/organization/rate-limiter.ts';
import type { Answer } from './visit.ts';
import { notice } from './pages.ts';

/** Forms sent from one address, passwords tried for one account, mails sent to one address. */
const LIMITS = {
  address: { requests: 100, seconds: 300 },
  account: { requests: 10, seconds: 900 },
  mail: { requests: 5, seconds: 3600 },
} as const;

type Kind = keyof typeof LIMITS;

/** How often somebody may try, over restarts too. */
export class Attempts {
  readonly #limiters: Readonly<Record<Kind, RateLimiter>>;

  constructor(ports: { readonly table: Table; readonly clock: Clock }) {
    this.#limiters = {
      address: new RateLimiter(LIMITS.address, ports),
      account: new RateLimiter(LIMITS.account, ports),
      mail: new RateLimiter(LIMITS.mail, ports),
    };
  }

  /** Undefined: it may be tried; otherwise what to answer, which is the same whether or not there is such an account. */
  async refuse(kind: Kind, whom: string): Promise<Answer | undefined> {
    const subject = createHash('sha256').update(whom).digest('hex');
    const pass = await this.#limiters[kind].take(`issuer-${kind}-${subject}`);
    if (pass.allowed) return undefined;
    const minutes = Math.ceil(pass.reset / 60);
    const text = `Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then go back and try again.`;
    return { ...pageOf(text), retryAfter: pass.reset };
  }
}

const pageOf = (text: string) =>
  ({ kind: 'page', page: notice('Too many attempts', text), status: 429 }) as const;
