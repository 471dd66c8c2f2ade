import type { Caller } from '../../gateway/caller.ts';
import { describeError } from '../../server/log.ts';
import { type Broadcast, databaseBroadcast } from '../protocol/broadcast.ts';
import { type Joined } from './channel.ts';
import { type JoinConfig, readJoin } from './join-config.ts';
import type { Place } from './line.ts';
import type { Realm } from './realm.ts';
import * as refusals from './refusal.ts';
import { rightsOf } from './rights.ts';
import { PREFIX } from './topic.ts';

/** What of a client decides about its joins. */
export interface Joiner {
  readonly caller: Caller;
  /** How many channels it has. */
  readonly channels: number;
  /** What is counted among the users for it, from the moment that nothing is known against its first join. */
  readonly seat: object;
}

export type JoinResult =
  | { readonly ok: true; readonly joined: Joined; readonly missed: readonly Broadcast[] }
  | { readonly ok: false; readonly refusal: refusals.Refusal };

/** Judges a join in the order that Supabase does, since the first refusal is the one that is told. */
export async function judgeJoin(
  realm: Realm,
  joiner: Joiner,
  place: Place,
  payload: unknown,
): Promise<JoinResult> {
  const name = place.topic.slice(PREFIX.length);
  const config = readJoin(payload);
  const early = judgeEarly(realm, joiner, name, config);
  if (early !== undefined) return refuse(early);
  const identified = await realm.tokens.identify(config.token, joiner.caller);
  if (!identified.ok) return identified;
  const { identity } = identified;
  const key = { name, private: config.private };
  const [judged] = await Promise.all([rightsOf(realm, key, identity.claims), realm.listening.begun()]);
  if (!judged.ok) return judged;
  const { rights } = judged;
  if (rights !== undefined && !rights.broadcast.read && !rights.presence.read)
    return refuse(refusals.mayNotRead(name));
  if (config.replay !== undefined && rights?.broadcast.read === false)
    return refuse(refusals.mayNotRead(name));
  const missed = await replay(realm, name, config);
  if (!missed.ok) return missed;
  const replayed = new Set(missed.messages.map(({ id }) => id));
  return {
    ok: true,
    joined: { place, key, config, identity, rights, replayed: replayed.size === 0 ? NONE : replayed },
    missed: missed.messages.map((message) => databaseBroadcast(message, true)),
  };
}

/** Most channels have nothing of this; they share it. */
const NONE: ReadonlySet<string> = new Set();

function judgeEarly(
  realm: Realm,
  joiner: Joiner,
  name: string,
  config: JoinConfig,
): refusals.Refusal | undefined {
  const { settings, rates, users } = realm;
  const { seat } = joiner;
  if (name === '') return refusals.NO_TOPIC;
  if (settings.suspended) return refusals.SUSPENDED;
  if (settings.privateOnly && !config.private) return refusals.PRIVATE_ONLY;
  if (!users.has(seat) && users.size >= settings.connections) return refusals.TOO_MANY_CONNECTIONS;
  if (!rates.joins.take()) return refusals.TOO_MANY_JOINS;
  if (joiner.channels >= settings.channelsPerClient) return refusals.TOO_MANY_CHANNELS;
  users.add(seat);
  return undefined;
}

async function replay(realm: Realm, name: string, config: JoinConfig) {
  if (config.replay === undefined) return { ok: true, messages: [] } as const;
  if (!config.private) return refuse(refusals.NO_REPLAY_IN_PUBLIC);
  if (config.replay === 'invalid') return refuse(refusals.BAD_REPLAY);
  try {
    const { since, limit } = config.replay;
    return { ok: true, messages: await realm.database.messages.replay(name, since, limit) } as const;
  } catch (error) {
    realm.log('warn', 'messages cannot be replayed', describeError(error));
    return refuse(refusals.REPLAY_FAILED);
  }
}

function refuse(refusal: refusals.Refusal) {
  return { ok: false, refusal } as const;
}
