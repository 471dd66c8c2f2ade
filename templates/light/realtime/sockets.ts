import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocketServer } from 'ws';
import type { Caller } from '../gateway/caller.ts';
import { Client } from './channels/client.ts';
import { Clients } from './channels/clients.ts';
import type { Realm } from './channels/realm.ts';
import { serializerOf } from './protocol/serializer.ts';

/** Room beside the payload: topics, events, references, a token. */
const BESIDE_PAYLOAD = 64 * 1024;
/** A reader may be behind by two messages of the largest size, or by this much. */
const LEAST_UNSENT = 1024 * 1024;
/** Connections that have joined nothing, or not yet. */
const MORE_CONNECTIONS = 100;

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller) => void;

/** Takes WebSockets and gives each of them to a client of its own; tells when one has come or gone. */
export function createSockets(
  realm: Realm,
  onChange: () => void,
): { readonly clients: Clients<Client>; readonly upgrade: Upgrade } {
  const { payloadBytes, connections } = realm.settings;
  const clients = new Clients<Client>();
  const mostUnsent = Math.max(LEAST_UNSENT, 2 * payloadBytes);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Frames are shared among receivers, who would each have to be compressed for.
    perMessageDeflate: false,
    maxPayload: payloadBytes + BESIDE_PAYLOAD,
  });
  return {
    clients,
    upgrade(request, socket, head, caller) {
      const refuse = (status: string) =>
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      const url = new URL(request.url ?? '/', 'http://project');
      if (!/^\/realtime\/v1\/websocket\/?$/.test(url.pathname)) return void refuse('404 Not Found');
      const serializer = serializerOf(url.searchParams.get('vsn'));
      if (serializer === undefined) return void refuse('400 Bad Request');
      if (clients.size >= connections + MORE_CONNECTIONS) {
        realm.meter.error('ConnectionRateLimitReached');
        return void refuse('429 Too Many Requests');
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const client = new Client(realm, { webSocket, socket, serializer, caller, mostUnsent });
        webSocket.on('message', (data, binary) => client.receive(bytesOf(data), binary));
        webSocket.on('pong', () => client.heard());
        webSocket.on('ping', () => client.heard());
        // A message that is too large, or no WebSocket's: ws ends the connection itself.
        webSocket.on('error', () => realm.meter.error('InvalidFrame'));
        webSocket.once('close', () => {
          clients.remove(client);
          onChange();
        });
        clients.add(client);
        onChange();
      });
    },
  };
}

/** ws hands out one buffer unless it is asked for another form. */
function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
