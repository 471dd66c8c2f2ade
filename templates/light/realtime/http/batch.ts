import { z } from 'zod';
import type { Caller } from '../../gateway/caller.ts';
import type { Realm } from '../channels/realm.ts';
import { rightsOf } from '../channels/rights.ts';
import { jsonEvent } from '../protocol/broadcast.ts';
import { parseJson } from '../protocol/message.ts';
import { failure, RATE_EXCEEDED, unprocessable } from './failure.ts';
import { claimsOf } from './claims.ts';

const text = z
  .string({
    error: (issue) => (issue.input === undefined || issue.input === null ? "can't be blank" : 'is invalid'),
  })
  .min(1, "can't be blank");

const Message = z.object({
  topic: text,
  event: text,
  payload: z.record(z.string(), z.unknown(), {
    error: (issue) => (issue.input === undefined || issue.input === null ? "can't be blank" : 'is invalid'),
  }),
  private: z.boolean({ error: 'is invalid' }).nullish(),
});
type Message = z.infer<typeof Message>;

/** Several messages at once. Those that the caller may not send are left out without a word, as with Supabase. */
export async function broadcastBatch(realm: Realm, request: Request, caller: Caller): Promise<Response> {
  if (realm.settings.suspended) return failure(403, 'Tenant is suspended');
  const body = z.object({ messages: z.array(z.unknown()).min(1) }).safeParse(parseJson(await request.text()));
  if (!body.success) return unprocessable({ messages: ["can't be blank"] });
  const parsed = body.data.messages.map((message) => Message.safeParse(message));
  if (parsed.some(({ success }) => !success))
    return unprocessable({ messages: parsed.map(({ error }) => errorsOf(error)) });
  const messages = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const { events } = realm.rates;
  if (!events.allows(1)) return failure(429, RATE_EXCEEDED);
  if (!events.take(messages.length))
    return failure(429, 'Too many messages to broadcast, please reduce the batch size');
  await send(realm, messages, caller);
  return new Response(null, { status: 202 });
}

async function send(realm: Realm, messages: readonly Message[], caller: Caller): Promise<void> {
  const { meter, settings, topics } = realm;
  const topicsWritten = new Map<string, Promise<boolean>>();
  for (const { topic, event, payload, private: hidden } of messages) {
    const key = { name: topic, private: hidden === true };
    meter.received.broadcast += 1;
    if (key.private) {
      const known = topicsWritten.get(topic) ?? mayWrite(realm, topic, caller);
      topicsWritten.set(topic, known);
      if (!(await known)) continue;
    }
    const user = jsonEvent(event, payload);
    if (user.payload.length > settings.payloadBytes) meter.error('PayloadSizeExceeded');
    else meter.sent.broadcast += topics.broadcast(key, { kind: 'user', user });
  }
}

async function mayWrite(realm: Realm, name: string, caller: Caller): Promise<boolean> {
  const judged = await rightsOf(realm, { name, private: true }, claimsOf(caller));
  return judged.ok && judged.rights?.broadcast.write === true;
}

function errorsOf(error: z.ZodError | undefined): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    (error?.issues ?? []).map(({ path, message }) => [path.join('.') || 'message', [message]]),
  );
}
