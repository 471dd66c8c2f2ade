import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import { AddressLimiter } from '../core/organization/address-limiter.ts';
import { bearerOf } from '../core/organization/authenticate.ts';
import { Principals } from '../core/organization/principals.ts';
import { type Pass, RateLimiter } from '../core/organization/rate-limiter.ts';
import type { Caller, EntryPorts } from './call.ts';
import type { ApiRequest } from './request.ts';

type Asking = Pick<ApiRequest, 'authorization' | 'ip' | 'id' | 'answerHeader'>;

const TOO_OFTEN = fail('rate_limited', 'Too many requests.', {
  suggestion: 'Wait for as many seconds as the header "retry-after" says.',
});

/** Who asks, and whether not too often. */
export class Admission {
  readonly #principals: Principals;
  readonly #tokens: RateLimiter;
  readonly #addresses: AddressLimiter;

  constructor(ports: EntryPorts) {
    this.#principals = new Principals(ports);
    this.#tokens = new RateLimiter(ports.limits.token, ports);
    this.#addresses = new AddressLimiter(ports.limits.address, ports.clock);
  }

  async caller(request: Asking): Promise<Result<Caller, DomainError>> {
    const found = await this.#principals.of(bearerOf(request.authorization), {
      ip: request.ip,
      request_id: request.id,
    });
    if (!found.ok) {
      const stranger = this.stranger(request);
      return stranger.ok ? found : stranger;
    }
    const { principal } = found.value;
    const { user, token } = principal;
    const pass = await this.#tokens.take(token?.id ?? user.id);
    tell(pass, request);
    if (!pass.allowed) return TOO_OFTEN;
    const actor = { user: user.id, email: user.email, ip: request.ip, request_id: request.id };
    return ok({ principal, actor: token === undefined ? actor : { ...actor, token: token.id } });
  }

  stranger(request: Asking): Result<undefined, DomainError> {
    const pass = this.#addresses.take(request.ip);
    tell(pass, request);
    return pass.allowed ? ok(undefined) : TOO_OFTEN;
  }
}

function tell({ allowed, limit, remaining, reset }: Pass, request: Asking): void {
  request.answerHeader('x-ratelimit-limit', `${limit}`);
  request.answerHeader('x-ratelimit-remaining', `${remaining}`);
  request.answerHeader('x-ratelimit-reset', `${reset}`);
  if (!allowed) request.answerHeader('retry-after', `${reset}`);
}
