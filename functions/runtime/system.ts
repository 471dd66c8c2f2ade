import { AsyncLocalStorage } from 'node:async_hooks';
import { type KeyObject, generateKeyPair, generateKey, getRandomValues } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../core/kernel/clock.port.ts';
import type { JsonObject } from '../core/kernel/json.ts';
import type { Log } from '../core/kernel/log.port.ts';
import type { Random } from '../core/kernel/random.port.ts';
import type { KeyPairs } from '../core/project/key-pairs.port.ts';
import { type SigningAlgorithm, privateJwkSchema } from '../core/project/signing-key.ts';

export const systemClock: Clock = { now: () => new Date() };

/** Drawn at once, for a call to the source costs more than the rest of what a request's id takes. */
const BLOCK_BYTES = 4096;
let block = new Uint8Array();
let taken = 0;

/** Every byte is given out once. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > BLOCK_BYTES) return getRandomValues(new Uint8Array(length));
    if (taken + length > block.length) {
      block = getRandomValues(new Uint8Array(BLOCK_BYTES));
      taken = 0;
    }
    taken += length;
    return block.slice(taken - length, taken);
  },
};

const keyPair = promisify(generateKeyPair);

const GENERATORS: Readonly<Record<SigningAlgorithm, () => Promise<KeyObject>>> = {
  ES256: async () => (await keyPair('ec', { namedCurve: 'P-256' })).privateKey,
  RS256: async () => (await keyPair('rsa', { modulusLength: 2048 })).privateKey,
  EdDSA: async () => (await keyPair('ed25519')).privateKey,
  HS256: () => promisify(generateKey)('hmac', { length: 256 }),
};

export const systemKeyPairs: KeyPairs = {
  generate: async (algorithm) =>
    privateJwkSchema.parse((await GENERATORS[algorithm]()).export({ format: 'jwk' })),
};

interface JsonLog extends Log {
  /** What comes with a level of its own. */
  line(level: 'info' | 'warn' | 'error', message: string, fields: JsonObject): void;
}

/** JSON lines, one per event, each with what it happened in. */
export function jsonLog(write: (line: string) => void, clock: Clock): JsonLog {
  const surroundings = new AsyncLocalStorage<JsonObject>();
  const line: JsonLog['line'] = (level, message, fields) => {
    const time = clock.now().toISOString();
    write(`${JSON.stringify({ time, level, message, ...surroundings.getStore(), ...fields })}\n`);
  };
  return {
    line,
    info: (message, fields = {}) => line('info', message, fields),
    error: (message, cause, fields = {}) => line('error', message, { ...fields, cause: described(cause) }),
    within: (fields, work) => surroundings.run({ ...surroundings.getStore(), ...fields }, work),
  };
}

/** An error with its stack and the chain of its causes. */
function described(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const own = cause.stack ?? `${cause.name}: ${cause.message}`;
  return cause.cause === undefined ? own : `${own}\ncaused by: ${described(cause.cause)}`;
}
