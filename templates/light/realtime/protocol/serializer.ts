import { textFrame } from './frame.ts';
import { type Decoded, isObject, type Message, parseJson, readRef } from './message.ts';
import { decodeUserBroadcast } from './user-broadcast.ts';

/** One version of how messages look on the wire. */
export interface Serializer {
  readonly version: '1.0.0' | '2.0.0';
  /** Undefined: what the client sent is no message. */
  decode(data: Buffer, binary: boolean): Decoded | undefined;
  /** `payload` is JSON already. */
  encode(message: Omit<Message, 'payload'>, payload: string): Buffer;
}

const V1: Serializer = {
  version: '1.0.0',
  decode(data, binary) {
    const message = binary ? undefined : parseJson(data.toString());
    if (!isObject(message)) return undefined;
    return toDecoded(
      message['join_ref'],
      message['ref'],
      message['topic'],
      message['event'],
      message['payload'],
    );
  },
  encode: ({ ref, topic, event }, payload) =>
    textFrame(
      `{"topic":${JSON.stringify(topic)},"event":${JSON.stringify(event)},"payload":${payload},"ref":${JSON.stringify(ref)}}`,
    ),
};

const V2: Serializer = {
  version: '2.0.0',
  decode(data, binary) {
    if (binary) return decodeUserBroadcast(data);
    const message = parseJson(data.toString());
    if (!Array.isArray(message) || message.length < 5) return undefined;
    const [joinRef, ref, topic, event, payload]: unknown[] = message;
    return toDecoded(joinRef, ref, topic, event, payload);
  },
  encode: ({ joinRef, ref, topic, event }, payload) =>
    textFrame(
      `[${JSON.stringify(joinRef)},${JSON.stringify(ref)},${JSON.stringify(topic)},${JSON.stringify(event)},${payload}]`,
    ),
};

function toDecoded(
  joinRef: unknown,
  ref: unknown,
  topic: unknown,
  event: unknown,
  payload: unknown,
): Decoded | undefined {
  if (typeof topic !== 'string' || typeof event !== 'string') return undefined;
  return { kind: 'message', joinRef: readRef(joinRef), ref: readRef(ref), topic, event, payload };
}

/** Phoenix takes any version of the same major number. */
export function serializerOf(version: string | null): Serializer | undefined {
  if (version === null || /^1\.\d+\.\d+$/.test(version)) return V1;
  return /^2\.\d+\.\d+$/.test(version) ? V2 : undefined;
}
