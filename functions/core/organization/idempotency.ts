import { createHash } from 'node:crypto';
import { z } from 'zod';
import { errorBody } from '../../contract/errors.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, TransientError, fail } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import { type Key, MAX_WRITES, type Table, type Write } from '../kernel/table.port.ts';
import { seal, unseal } from './sealed-answer.ts';

export interface Attempt {
  /** Whose key it is: a token's id, or a user's. */
  readonly owner: string;
  readonly key: string;
  /** What is asked for, in any form that tells two requests apart. */
  readonly request: string;
  readonly bearer: string;
}

export interface OncePorts {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

const KEPT_SECONDS = 24 * 3600;

/** No request runs for longer: one that has written nothing by then has died. */
const RUNS_MS = 120_000;

/** An item of the table has 400 KB; sealing adds a third. */
const MAX_ANSWER_BYTES = 250_000;

const recordSchema = z.object({
  /** SHA-256 of the request. */
  request: z.string(),
  /** `effective` is written in the same transaction as the first change that the request makes. */
  state: z.enum(['started', 'effective', 'answered']),
  started_at: z.iso.datetime(),
  /** Absent of an answer that is too large to be kept. */
  sealed: z.string().optional(),
});

type Entry = z.infer<typeof recordSchema>;

const digest = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

type Answer = Result<unknown, DomainError>;

const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown().optional() }),
  z.object({ ok: z.literal(false), error: errorBody.omit({ request_id: true }) }),
]);

function parseAnswer(text: string): Answer {
  const answer = answerSchema.parse(JSON.parse(text));
  if (answer.ok) return ok(answer.value);
  const { code, message, field, suggestion } = answer.error;
  return fail(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

/** `replayed`: nothing was done, it is the answer of an earlier request. */
export interface Once {
  readonly result: Answer;
  readonly replayed: boolean;
}

/**
 * Does what is asked for at most once for a key, and answers its repetitions as it answered the first. A request that
 * has changed nothing, because it was refused or because it died, leaves the key free.
 */
export async function once(
  attempt: Attempt,
  ports: OncePorts,
  run: (table: Table) => Promise<Answer>,
): Promise<Once> {
  const claim = new Claim(attempt, ports);
  const taken = await claim.take();
  if (taken.state === 'refused') return { result: taken.error, replayed: false };
  if (taken.state === 'answered') return { result: taken.answer, replayed: true };
  let result: Answer;
  try {
    result = await run(claim.table());
  } catch (error) {
    await claim.abandon();
    throw error;
  }
  await claim.settle(result);
  return { result, replayed: false };
}

type Taken =
  | { readonly state: 'mine' }
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'refused'; readonly error: ReturnType<typeof fail> };

class Claim {
  readonly #attempt: Attempt;
  readonly #ports: OncePorts;
  readonly #key: Key;
  readonly #request: string;
  #version = 0;
  #startedAt = '';
  #effective = false;

  constructor(attempt: Attempt, ports: OncePorts) {
    this.#attempt = attempt;
    this.#ports = ports;
    this.#key = { pk: `IDEMPOTENCY#${digest(attempt.owner, attempt.key)}`, sk: 'REQUEST' };
    this.#request = digest(attempt.request);
  }

  async take(): Promise<Taken> {
    const { table, clock } = this.#ports;
    const item = await table.get(this.#key);
    const now = clock.now();
    if (item !== undefined) {
      const record = recordSchema.parse(item.data);
      const stale = now.getTime() - Date.parse(record.started_at) >= RUNS_MS;
      if (record.request !== this.#request) return { state: 'refused', error: REUSED };
      if (record.state === 'answered') return this.#replay(record);
      if (record.state === 'effective' && stale) return { state: 'refused', error: LOST };
      if (!stale) return { state: 'refused', error: RUNNING };
    }
    this.#startedAt = now.toISOString();
    const condition = item === undefined ? 'absent' : { version: item.version };
    const put = this.#put('started', condition);
    if (!(await table.write([put])).ok) return { state: 'refused', error: RUNNING };
    this.#version = item === undefined ? 1 : item.version + 1;
    return { state: 'mine' };
  }

  /** The table, but that the first transaction through it takes effect only while the key is ours, and says so. */
  table(): Table {
    const { table } = this.#ports;
    return {
      get: (key) => table.get(key),
      query: (range) => table.query(range),
      queryIndex: (index, range) => table.queryIndex(index, range),
      write: (writes) => this.#write(writes),
    };
  }

  async #write(writes: readonly Write[]): ReturnType<Table['write']> {
    const { table } = this.#ports;
    if (this.#effective) return table.write(writes);
    const mark = this.#put('effective', { version: this.#version });
    const alone = writes.length === MAX_WRITES;
    const written = await table.write(alone ? [mark] : [...writes, mark]);
    if (!written.ok && (alone || written.error.write === writes.length)) {
      throw new TransientError('Another request with the same Idempotency-Key has taken over.');
    }
    if (!written.ok) return written;
    this.#effective = true;
    this.#version += 1;
    return alone ? table.write(writes) : written;
  }

  async settle(result: Answer): Promise<void> {
    if (!result.ok && !this.#effective) return this.abandon();
    const text = JSON.stringify(result);
    const { bearer } = this.#attempt;
    const small = Buffer.byteLength(text) <= MAX_ANSWER_BYTES;
    const sealed = small ? seal(text, bearer, this.#key.pk, this.#ports.random) : undefined;
    await this.#ports.table.write([this.#put('answered', { version: this.#version }, sealed)]);
  }

  /** What has had no effect may be tried again at once. */
  async abandon(): Promise<void> {
    if (this.#effective) return;
    const version = this.#version;
    await this.#ports.table.write([{ kind: 'delete', key: this.#key, if: { version } }]);
  }

  #replay({ sealed }: Entry): Taken {
    if (sealed === undefined) return { state: 'refused', error: TOO_LARGE };
    const text = unseal(sealed, this.#attempt.bearer, this.#key.pk);
    if (text === undefined) return { state: 'refused', error: ANOTHER_TOKEN };
    return { state: 'answered', answer: parseAnswer(text) };
  }

  #put(state: Entry['state'], condition: 'absent' | { readonly version: number }, sealed?: string): Write {
    const expires_at = Math.ceil(Date.parse(this.#startedAt) / 1000) + KEPT_SECONDS;
    const entry = { request: this.#request, state, started_at: this.#startedAt };
    const data = { ...entry, ...(sealed === undefined ? {} : { sealed }) };
    return { kind: 'put', item: { ...this.#key, expires_at, data }, if: condition };
  }
}

const field = 'header.idempotency-key';

const REUSED = fail('idempotency_key_reused', 'The Idempotency-Key was used for another request.', {
  field,
  suggestion: 'Use a new key for a new request.',
});

const RUNNING = fail('conflict', 'A request with this Idempotency-Key is running.', {
  field,
  suggestion: 'Try again in a moment: then its answer is repeated.',
});

const LOST = fail('conflict', 'The request with this Idempotency-Key took effect, but its answer was lost.', {
  field,
  suggestion: 'Look at what it has made.',
});

const TOO_LARGE = fail('conflict', 'The request was carried out; its answer was too large to be kept.', {
  field,
  suggestion: 'Look at what it has made.',
});

const ANOTHER_TOKEN = fail(
  'conflict',
  'The request was carried out; only the token that asked reads its answer.',
  {
    field,
    suggestion: 'Look at what it has made.',
  },
);
