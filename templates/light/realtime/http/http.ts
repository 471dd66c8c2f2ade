import type { Caller } from '../../gateway/caller.ts';
import { secretKeyOnly } from '../../gateway/refusal.ts';
import type { Realm } from '../channels/realm.ts';
import { broadcastBatch } from './batch.ts';
import { failure } from './failure.ts';
import { type Counted, overview } from './overview.ts';
import { broadcastOne } from './single.ts';

const SINGLE = /^\/realtime\/v1\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;

export function createHttp(
  realm: Realm,
  clients: Counted,
  endAll: () => void,
): (request: Request, caller: Caller) => Promise<Response> {
  return async (request, caller) => {
    const url = new URL(request.url);
    const asked = `${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname.replace(/\/$/, '')}`;
    if (asked === 'GET /realtime/v1/api/ping') return Response.json({ message: 'Success' });
    if (asked === 'POST /realtime/v1/api/broadcast') return broadcastBatch(realm, request, caller);
    if (asked === 'GET /realtime/v1/api/channels')
      return caller.role === 'service_role' ? Response.json(overview(realm, clients)) : secretKeyOnly();
    if (asked === 'POST /realtime/v1/api/shutdown') {
      if (caller.role !== 'service_role') return secretKeyOnly();
      endAll();
      return new Response(null, { status: 204 });
    }
    if (asked === 'GET /realtime/v1/websocket')
      return failure(426, 'This is the address of a WebSocket.', { upgrade: 'websocket' });
    const [, topic, event] = SINGLE.exec(url.pathname) ?? [];
    if (request.method === 'POST' && topic !== undefined && event !== undefined) {
      const names = { topic: decoded(topic), event: decoded(event) };
      if (names.topic === undefined || names.event === undefined) return failure(400, 'Bad Request');
      return broadcastOne(realm, request, caller, { topic: names.topic, event: names.event });
    }
    return failure(404, 'Not found');
  };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
