import { type IncomingMessage, request as connect } from 'node:http';
import type { Duplex } from 'node:stream';
import { HOP_BY_HOP, type Passage } from './forward.ts';

/** Joins a WebSocket's two sides; what flows is the client's and the function's affair. */
export function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  passage: Passage,
): void {
  const { instance, lease, path, host, limits } = passage;
  // The client may have left while the function started.
  if (socket.destroyed) return lease.leave();
  const outgoing = connect({
    socketPath: instance.socket,
    path,
    headers: { ...request.headers, host },
    agent: false,
  });
  const wallClock = setTimeout(() => {
    socket.destroy();
    instance.retire();
  }, limits.wallClockMs);
  socket.once('close', () => {
    clearTimeout(wallClock);
    outgoing.destroy();
    lease.leave();
  });
  outgoing.once('upgrade', (response: IncomingMessage, functionSide: Duplex, early: Buffer) => {
    instance.served += 1;
    socket.once('close', () => functionSide.destroy());
    functionSide.on('error', () => socket.destroy()).once('close', () => socket.destroy());
    socket.write(headOf(response, () => true));
    socket.write(early);
    functionSide.write(head);
    functionSide.on('data', lease.progress).pipe(socket).pipe(functionSide);
  });
  outgoing.once('response', (response: IncomingMessage) => {
    instance.served += 1;
    socket.write(headOf(response, (name) => !HOP_BY_HOP.has(name)));
    response.on('data', lease.progress).pipe(socket);
  });
  outgoing.on('error', () => socket.destroy());
  outgoing.end();
}

function headOf(response: IncomingMessage, passes: (header: string) => boolean): string {
  const { statusCode, statusMessage, headersDistinct } = response;
  const lines = Object.entries(headersDistinct)
    .filter(([name]) => passes(name))
    .flatMap(([name, values = []]) => values.map((value) => `${name}: ${value}\r\n`));
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`;
}
