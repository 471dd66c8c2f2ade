import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../core/kernel/log.port.ts';
import type { Answer, Received, Serve } from './http.ts';

/** Serves Node's requests as they are: the web's objects in between would cost some 15 µs for each. */
export function nodeListener(serve: Serve, log: Log): RequestListener {
  return (incoming, outgoing) => void respond(incoming, outgoing);

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      send(await serve(receivedOf(incoming)), outgoing);
    } catch (error) {
      log.error('an answer could not be sent', error);
      outgoing.destroy();
    }
  }
}

function receivedOf(incoming: IncomingMessage): Received {
  const { method = '', headers, socket } = incoming;
  // A client may name the server in what it asks for (RFC 9112, 3.2.2).
  const url = (incoming.url ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  const at = url.indexOf('?');
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? '' : url.slice(at),
    header(name) {
      const value = headers[name];
      return typeof value === 'object' ? value.join(', ') : value;
    },
    body: incoming,
    ip: socket.remoteAddress ?? '',
  };
}

function send({ status, headers, body }: Answer, outgoing: ServerResponse): void {
  if (body === null) outgoing.writeHead(status, headers).end();
  else outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
