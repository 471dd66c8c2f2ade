import { binaryFrame } from './frame.ts';
import { type Decoded, parseJson, readRef, type UserEvent } from './message.ts';

const FROM_CLIENT = 3;
const FROM_SERVER = 4;
const JSON_ENCODING = 1;

/** What a length of one byte can tell. */
const MOST = 255;

/** A broadcast as version 2.0.0 sends it: kind, five lengths, encoding, then what they are the lengths of. */
export function decodeUserBroadcast(data: Buffer): Decoded | undefined {
  const [kind, joinRefSize, refSize, topicSize, eventSize, metadataSize, encoding] = data;
  if (kind !== FROM_CLIENT || encoding === undefined) return undefined;
  const sizes = [joinRefSize ?? 0, refSize ?? 0, topicSize ?? 0, eventSize ?? 0, metadataSize ?? 0];
  let at = 7;
  if (data.length < sizes.reduce((sum, size) => sum + size, at)) return undefined;
  const [joinRef = '', ref = '', topic = '', event = '', metadata = ''] = sizes.map((size) =>
    data.toString('utf8', at, (at += size)),
  );
  const payload = data.subarray(at);
  const json = encoding === JSON_ENCODING;
  const known = metadata === '' ? {} : parseJson(metadata);
  if (known === undefined) return undefined;
  // What receivers cannot parse would be their trouble.
  if (json && parseJson(payload.toString()) === undefined) return undefined;
  return {
    kind: 'broadcast',
    joinRef: readRef(joinRef === '' ? null : joinRef),
    ref: readRef(ref === '' ? null : ref),
    topic,
    user: { event, encoding: json ? 'json' : 'binary', payload },
    metadata: known,
  };
}

/** Undefined where a length does not fit. */
export function encodeUserBroadcast(topic: string, user: UserEvent, meta: string): Buffer | undefined {
  const topicSize = Buffer.byteLength(topic);
  const eventSize = Buffer.byteLength(user.event);
  const metaSize = Buffer.byteLength(meta);
  if (topicSize > MOST || eventSize > MOST || metaSize > MOST) return undefined;
  const { payload } = user;
  return binaryFrame(5 + topicSize + eventSize + metaSize + payload.length, (into, start) => {
    const head = [FROM_SERVER, topicSize, eventSize, metaSize, user.encoding === 'json' ? JSON_ENCODING : 0];
    let at = start;
    for (const byte of head) into[at++] = byte;
    for (const text of [topic, user.event, meta]) at += into.write(text, at);
    payload.copy(into, at);
  });
}
