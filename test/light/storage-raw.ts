import { connect, type Socket } from 'node:net';

/** A connection to a server on which a test says byte by byte what no HTTP client would. */
export type RawConnection = {
  readonly socket: Socket;
  write(data: string | Uint8Array): void;
  /** Everything that was received, once the other side has closed or `until` is in it. */
  received(until?: RegExp): Promise<string>;
};

export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (data: string) => (text += data));
  // Being cut off is what some of these ask for.
  socket.on('error', () => undefined);
  return {
    socket,
    write: (data) => void socket.write(data),
    received: (until) =>
      new Promise((resolve) => {
        const check = () => {
          if (socket.closed || until?.test(text) === true) resolve(text);
        };
        socket.on('data', check);
        socket.on('close', () => resolve(text));
        check();
      }),
  };
}

/** Sends a request with a target as it is, which `fetch` would tidy up first, and answers with the status. */
export async function rawStatus(
  url: string,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): Promise<number> {
  const connection = rawConnection(url);
  const head = Object.entries({
    host: new URL(url).host,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.write(`${line} HTTP/1.1\r\n${head.join('')}\r\n`);
  connection.write(body);
  const answer = await connection.received();
  connection.socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}
