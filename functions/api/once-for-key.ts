import { hash } from 'node:crypto';
import type { Operation } from '../contract/operation.ts';
import { type DomainError, fail } from '../core/kernel/errors.ts';
import type { Result } from '../core/kernel/result.ts';
import { bearerOf } from '../core/organization/authenticate.ts';
import { once } from '../core/organization/idempotency.ts';
import type { Principal } from '../core/organization/principal.ts';
import { type EntryPorts, portsOver } from './call.ts';
import type { ApiRequest } from './request.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

const BAD_KEY = fail('validation_failed', 'header.idempotency-key: must be 1 to 255 visible characters', {
  field: 'header.idempotency-key',
});

interface Meant {
  readonly operation: Operation;
  /** Two requests are the same that mean the same, however they are written. */
  readonly parsed: unknown;
  readonly principal: Principal;
}

/** Carries out a request with an `Idempotency-Key`, or repeats what was answered to it. */
export async function onceForKey<Ports extends EntryPorts>(
  request: ApiRequest,
  { operation: { method, path }, parsed, principal }: Meant,
  ports: Ports,
  run: (ports: Ports) => Promise<Result<unknown, DomainError>>,
): Promise<Result<unknown, DomainError>> {
  const { idempotencyKey: key = '' } = request;
  if (!KEY.test(key)) return BAD_KEY;
  const attempt = {
    owner: principal.token?.id ?? principal.user.id,
    key,
    request: JSON.stringify([method, path, await withoutFiles(parsed)]),
    bearer: bearerOf(request.authorization) ?? '',
  };
  const { result, replayed } = await once(attempt, ports, (table) => run(portsOver(ports, table)));
  if (replayed) request.answerHeader('idempotency-replayed', 'true');
  return result;
}

/** Each file by the digest of what it holds. */
async function withoutFiles(part: unknown): Promise<unknown> {
  if (part instanceof Blob) return hash('sha256', Buffer.from(await part.arrayBuffer()));
  if (Array.isArray(part)) return Promise.all(part.map(withoutFiles));
  if (typeof part !== 'object' || part === null || part instanceof Date) return part;
  const fields = Object.entries(part).map(
    async ([name, value]) => [name, await withoutFiles(value)] as const,
  );
  return Object.fromEntries(await Promise.all(fields));
}
