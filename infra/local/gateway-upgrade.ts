import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { unreachable } from './gateway-answers.ts';
import type { Exchange } from './gateway-exchange.ts';
import { openUpstream, returnAnswer } from './gateway-forward.ts';
import { responseHeaders } from './gateway-headers.ts';

/** After this long without a byte the system asks the other side whether it is still there. */
const KEEP_ALIVE_MS = 60_000;

/** Only WebSockets are taken for upgrades; another offer, such as h2c, may be passed over (RFC 9110, 7.8). */
export function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** A response on the connection of an upgrade, for the answers that are not 101. The connection ends with it. */
export function responseOn(request: IncomingMessage): ServerResponse {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('error', () => response.destroy());
  // The server has let go of the connection, and this with it.
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => socket.destroySoon());
  return response;
}

/** Nobody reads the connection before the project has answered, and only who reads sees the other side leave. */
function watchForLeaving(socket: Socket): { stop(): void } {
  const look = (): void => void socket.read(0);
  const leave = (): void => void socket.destroy();
  socket.on('readable', look).once('end', leave);
  return { stop: () => void socket.off('readable', look).off('end', leave) };
}

function headOf(answer: IncomingMessage, exchange: Exchange): string {
  const headers = ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...responseHeaders(answer, exchange)];
  const lines = headers.map((part, at) => (at % 2 === 0 ? `${part}: ` : `${part}\r\n`));
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}

/** Passes the handshake on and, when the project takes it, every byte both ways until either side ends. */
export function forwardUpgrade(exchange: Exchange, socketPath: string, head: Buffer): void {
  const { request, response, requestId } = exchange;
  const near = request.socket;
  const upstream = openUpstream(exchange, { socketPath, agent: false }, [
    'Connection',
    'Upgrade',
    'Upgrade',
    'websocket',
  ]);
  const meter = exchange.meter(upstream);
  const watch = watchForLeaving(near);

  upstream.once('upgrade', (answer, far, farHead) => {
    watch.stop();
    response.detachSocket(near);
    near.setTimeout(0);
    near.setKeepAlive(true, KEEP_ALIVE_MS);
    // HTTP's bytes are latin1.
    near.write(headOf(answer, exchange), 'latin1');
    if (farHead.length > 0) near.write(farHead);
    if (head.length > 0) far.write(head);
    near.on('data', () => exchange.sent());
    near.pipe(far).pipe(near);
    far.on('error', () => near.destroy());
    far.once('close', () => near.destroy());
    near.once('close', () => {
      far.destroy();
      meter.stop();
      exchange.end(101);
    });
  });
  upstream.once('response', (answer) => {
    answer.once('end', () => meter.stop());
    answer.once('error', () => near.destroy());
    returnAnswer(exchange, answer);
  });
  upstream.on('error', () => {
    if (!response.headersSent) exchange.refuse(unreachable(exchange.ref, requestId));
  });
  near.once('close', () => upstream.destroy());
  upstream.end();
}
