import { z } from 'zod';
import type { Broadcast } from '../protocol/broadcast.ts';
import { parseJson } from '../protocol/message.ts';

const Head = z.intersection(
  z.object({ node: z.string() }),
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      event: z.string(),
      encoding: z.enum(['json', 'binary']),
    }),
    z.object({ kind: z.literal('event'), event: z.string() }),
    z.object({ kind: z.literal('presence') }),
    /** All of a node's clients that are present in the topic. */
    z.object({ kind: z.literal('snapshot') }),
    /** Whoever has the topic is to send a snapshot. */
    z.object({ kind: z.literal('query') }),
    /** `epoch`: one more each time that the node may have missed something, or was not heard. */
    z.object({ kind: z.literal('alive'), epoch: z.int() }),
    z.object({ kind: z.literal('gone') }),
  ]),
);
export type Head = z.infer<typeof Head>;

const Metas = z.array(z.object({ key: z.string(), meta: z.looseObject({ phx_ref: z.string() }) }));

export const Diff = z.object({ joins: Metas, leaves: Metas });
export const Snapshot = Metas;

const LENGTH = 4;

/** What one process tells others: what it is, then the bytes that it is about. */
export function seal(head: Head, body: Buffer = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body]);
}

/** Undefined where it is no such thing: another version may be running beside this one. */
export function unseal(message: Buffer): { readonly head: Head; readonly body: Buffer } | undefined {
  if (message.length < LENGTH) return undefined;
  const end = LENGTH + message.readUInt32BE();
  const head = Head.safeParse(parseJson(message.toString('utf8', LENGTH, end)));
  return head.success ? { head: head.data, body: message.subarray(end) } : undefined;
}

export function sealBroadcast(node: string, broadcast: Broadcast): Buffer {
  if (broadcast.kind === 'event')
    return seal({ node, kind: 'event', event: broadcast.event }, Buffer.from(broadcast.json));
  const { event, encoding, payload } = broadcast.user;
  return seal({ node, kind: 'user', event, encoding }, payload);
}

export function broadcastIn(head: Head, body: Buffer): Broadcast | undefined {
  if (head.kind === 'event') return { kind: 'event', event: head.event, json: body.toString() };
  if (head.kind !== 'user') return undefined;
  return { kind: 'user', user: { event: head.event, encoding: head.encoding, payload: body } };
}

export function bodyOf(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
