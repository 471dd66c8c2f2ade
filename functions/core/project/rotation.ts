import { z } from 'zod';
import type { ROTATED_SECRETS } from '../../contract/rotations.contract.ts';
import { type ProjectRef, projectRefSchema } from '../kernel/ids.ts';
import type { SigningKey } from './signing-key.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

export type RotatedSecret = (typeof ROTATED_SECRETS)[number];

/** What it takes to replace each, for whoever asks for it. */
export const ROTATIONS: Readonly<Record<RotatedSecret, string>> = {
  signing_key:
    'The key that JWTs are signed with. The next one stands by until everybody knows it, and the last one is taken until its tokens have expired: no request fails.',
  database_password:
    'The password of the role postgres. Whoever connects with it needs the new one; the services do not.',
};

/** Clients and gateways keep a project's public keys for minutes; a stack that knows a new key is up before that. */
const STANDS_BY_MS = HOUR_MS;

/** The longest that a token may be good for, and an hour: `jwt_exp` is a week at most. */
const TAKEN_MS = 7 * DAY_MS + HOUR_MS;

/** A key that was revoked by mistake can be put back so long. */
const REVOKED_MS = DAY_MS;

const everyDaysSchema = z.object({
  signing_key: z.int().positive().nullable().default(null),
  database_password: z.int().positive().nullable().default(null),
});

export const rotationSchema = z.object({
  ref: projectRefSchema,
  every_days: everyDaysSchema,
  /** When the password was last replaced by itself, or that was asked for. */
  password_at: z.iso.datetime(),
});

export type Rotation = z.infer<typeof rotationSchema>;

/** All in one place, so that those that are due are found without looking at every project. */
export const ROTATING = 'ROTATIONS';
export const rotationKey = (ref: ProjectRef) => ({ pk: ROTATING, sk: ref });

export type SigningStep =
  | { readonly step: 'rest' | 'create' | 'wait' }
  | { readonly step: 'use' | 'revoke' | 'delete'; readonly id: string };

export interface SigningFacts {
  readonly keys: readonly SigningKey[];
  readonly everyDays: number;
  /** Whether the stack lags behind what was changed. */
  readonly isBehind: boolean;
  readonly now: Date;
}

/**
 * The next step of replacing a signing key, so that no token is refused which is still good: one at a time, each some
 * time after the last. The project's JWT secret, which its API keys are signed with, is never revoked.
 */
export function signingStep({ keys, everyDays, isBehind, now }: SigningFacts): SigningStep {
  const since = (at: string) => now.getTime() - Date.parse(at);
  const own = keys.filter(({ private_jwk }) => private_jwk !== undefined);
  const gone = own.find(({ status, updated_at }) => status === 'revoked' && since(updated_at) >= REVOKED_MS);
  if (gone !== undefined) return { step: 'delete', id: gone.id };
  const spent = own.find(
    ({ status, updated_at }) => status === 'previously_used' && since(updated_at) >= TAKEN_MS,
  );
  if (spent !== undefined) return { step: 'revoke', id: spent.id };
  if (!isDue(inUseSince(keys), everyDays, now)) return { step: 'rest' };
  const next = own.find(({ status }) => status === 'standby');
  if (next === undefined) return { step: 'create' };
  return isBehind || since(next.updated_at) < STANDS_BY_MS ? { step: 'wait' } : { step: 'use', id: next.id };
}

/** Null: the JWT secret signs, and always has. */
export function inUseSince(keys: readonly SigningKey[]): string | null {
  const key = keys.find(({ status }) => status === 'in_use');
  return key?.private_jwk === undefined ? null : key.updated_at;
}

/** What has never been replaced is due at once. */
export function isDue(since: string | null, everyDays: number, now: Date): boolean {
  return since === null || now.getTime() >= dueAt(since, everyDays).getTime();
}

export const dueAt = (since: string, everyDays: number) => new Date(Date.parse(since) + everyDays * DAY_MS);
