import { randomUUID } from 'node:crypto';
import { isObject } from '../protocol/message.ts';

/** What a client asks for when it joins a channel. */
export interface JoinConfig {
  readonly token: string | undefined;
  readonly private: boolean;
  readonly ack: boolean;
  readonly self: boolean;
  readonly presence: { readonly enabled: boolean; readonly key: string };
  readonly replay: Replay | 'invalid' | undefined;
  /** As they came; the client compares what it is answered with them. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
}

interface Replay {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly limit: number;
}

/** Supabase's most, and what it takes where the client does not say. */
const MOST_REPLAYED = 25;

/** What is not as it should be is as if it were not there, as with Supabase. */
export function readJoin(payload: unknown): JoinConfig {
  const join = objectOf(payload);
  const config = objectOf(join['config']);
  const broadcast = objectOf(config['broadcast']);
  const presence = objectOf(config['presence']);
  const changes = config['postgres_changes'];
  return {
    token: textOf(join['user_token']) ?? textOf(join['access_token']),
    private: flagOf(config['private']),
    ack: flagOf(broadcast['ack']),
    self: flagOf(broadcast['self']),
    presence: { enabled: flagOf(presence['enabled']), key: keyOf(presence['key']) },
    replay: replayOf(broadcast['replay']),
    changes: Array.isArray(changes) ? changes.filter(isObject) : [],
  };
}

function replayOf(value: unknown): Replay | 'invalid' | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return 'invalid';
  const { since = 0, limit = MOST_REPLAYED } = value;
  if (typeof since !== 'number' || !Number.isFinite(since)) return 'invalid';
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) return 'invalid';
  return { since, limit: Math.min(limit, MOST_REPLAYED) };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function flagOf(value: unknown): boolean {
  return value === true || value === 'true';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function keyOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textOf(value) ?? randomUUID();
}
