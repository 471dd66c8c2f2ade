import type { Caller } from '../../gateway/caller.ts';
import type { Realm } from '../channels/realm.ts';
import { rightsOf } from '../channels/rights.ts';
import { parseJson, type UserEvent } from '../protocol/message.ts';
import { claimsOf } from './claims.ts';
import { failure, RATE_EXCEEDED, unprocessable } from './failure.ts';

/** One message, whose body is its payload: JSON, or any bytes. */
export async function broadcastOne(
  realm: Realm,
  request: Request,
  caller: Caller,
  { topic, event }: { readonly topic: string; readonly event: string },
): Promise<Response> {
  const { meter, rates, settings, topics } = realm;
  const { searchParams } = new URL(request.url);
  const key = { name: topic, private: searchParams.get('private') === 'true' };
  if (settings.suspended) return failure(403, 'Tenant is suspended');
  if ([...searchParams.keys()].some((name) => /^persist(\[|$)/.test(name)))
    return failure(501, 'Messages cannot be stored by this call; use realtime.send() in the database.');
  const user = await readEvent(request, event);
  if (user === undefined) return failure(415, 'Unsupported Media Type');
  if (user === 'no JSON') return unprocessable({ payload: ['is invalid'] });
  if (user.payload.length > settings.payloadBytes)
    return unprocessable({ payload: ['Payload size exceeds tenant limit'] });
  if (!rates.events.take()) return failure(429, RATE_EXCEEDED);
  meter.received.broadcast += 1;
  const judged = await rightsOf(realm, key, claimsOf(caller));
  if (!judged.ok) return failure(422, judged.refusal.message);
  if (judged.rights?.broadcast.write === false) return failure(403, 'Unauthorized');
  meter.sent.broadcast += topics.broadcast(key, { kind: 'user', user });
  return new Response(null, { status: 202 });
}

async function readEvent(request: Request, event: string): Promise<UserEvent | 'no JSON' | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const payload = Buffer.from(await request.arrayBuffer());
  if (type === 'application/octet-stream') return { event, encoding: 'binary', payload };
  if (type !== 'application/json') return undefined;
  return parseJson(payload.toString()) === undefined ? 'no JSON' : { event, encoding: 'json', payload };
}
