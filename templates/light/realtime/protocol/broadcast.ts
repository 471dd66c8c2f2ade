import { isObject, type UserEvent } from './message.ts';
import type { Serializer } from './serializer.ts';
import { encodeUserBroadcast } from './user-broadcast.ts';

/** Something to be sent to all who have joined a topic. */
export type Broadcast =
  /** An event of a client's or of the project's own. `id`: what the database knows it by. */
  | {
      readonly kind: 'user';
      readonly user: UserEvent;
      readonly id?: string;
      readonly replayed?: true;
    }
  /** Any event of the protocol, with its payload as JSON. */
  | { readonly kind: 'event'; readonly event: string; readonly json: string };

/** The frame of a broadcast in a version; undefined where it has no words for it: 1.0.0 knows no binary payloads. */
export function encodeBroadcast(
  serializer: Serializer,
  topic: string,
  broadcast: Broadcast,
): Buffer | undefined {
  const head = { joinRef: null, ref: null, topic };
  if (broadcast.kind === 'event')
    return serializer.encode({ ...head, event: broadcast.event }, broadcast.json);
  const { user } = broadcast;
  const meta = metaOf(broadcast);
  const binary = serializer.version === '2.0.0' ? encodeUserBroadcast(topic, user, meta) : undefined;
  if (binary !== undefined) return binary;
  if (user.encoding === 'binary') return undefined;
  const tail = meta === '' ? '' : `,"meta":${meta}`;
  const json = `{"type":"broadcast","event":${JSON.stringify(user.event)},"payload":${user.payload.toString()}${tail}}`;
  return serializer.encode({ ...head, event: 'broadcast' }, json);
}

function metaOf({ id, replayed }: { readonly id?: string; readonly replayed?: true }): string {
  return id === undefined ? '' : JSON.stringify({ id, ...(replayed === true ? { replayed } : {}) });
}

/** A broadcast that came as JSON: as an event of the client's where it has that form, otherwise as it is. */
export function broadcastOf(payload: unknown): Broadcast {
  if (isObject(payload)) {
    const { type, event, payload: inner, ...more } = payload;
    const plain = Object.keys(more).length === 0 && (type === undefined || type === 'broadcast');
    if (plain && typeof event === 'string' && inner !== undefined)
      return { kind: 'user', user: jsonEvent(event, inner) };
  }
  return { kind: 'event', event: 'broadcast', json: JSON.stringify(payload ?? {}) };
}

export function jsonEvent(event: string, payload: unknown): UserEvent {
  return { event, encoding: 'json', payload: Buffer.from(JSON.stringify(payload)) };
}

/** A message of the database's, whose payload is JSON already. */
export function databaseBroadcast(
  { id, event, payload }: { readonly id: string; readonly event: string; readonly payload: string },
  replayed = false,
): Broadcast {
  const user: UserEvent = { event, encoding: 'json', payload: Buffer.from(payload) };
  return { kind: 'user', user, id, ...(replayed ? { replayed } : {}) };
}
