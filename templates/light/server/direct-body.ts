import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Answer, isReply } from './reply.ts';

/** Writes a body, and resolves once all of it is written or the client has gone. It does not end the response. */
export type WriteBody = (outgoing: ServerResponse) => Promise<void>;

const writers = new WeakMap<ReadableStream, WriteBody>();

/**
 * Offers a cheaper way to send a body than to read its stream, for which every chunk needs memory of its own. It is
 * taken if the stream reaches the listener as it is; whoever wants to read or change it on the way can.
 */
export function offerWriter(body: ReadableStream, write: WriteBody): void {
  writers.set(body, write);
}

/** Sends a reply, or a response whose body offers to write itself; any other is handed back. */
export async function sendDirectly(
  response: Answer,
  outgoing: ServerResponse | Http2ServerResponse,
): Promise<Response> {
  if (!(outgoing instanceof ServerResponse))
    return isReply(response) ? new Response(response.body, response) : response;
  if (isReply(response)) {
    const { status, headers, body } = response;
    outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    return RESPONSE_ALREADY_SENT;
  }
  const write = response.body === null ? undefined : writers.get(response.body);
  if (write === undefined) return response;
  outgoing.writeHead(response.status, [...response.headers].flat());
  try {
    await write(outgoing);
    outgoing.end();
  } catch {
    // The head has gone out. A connection that breaks is what tells the client that the body is not whole.
    outgoing.destroy();
  }
  return RESPONSE_ALREADY_SENT;
}
