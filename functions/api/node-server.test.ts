import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import type { Answer, Received, Serve } from './http.ts';
import { nodeListener } from './node-server.ts';
import { readBytes } from './read-bytes.ts';

const logged: unknown[] = [];
const log = {
  info: () => {},
  error: (_: string, cause: unknown) => void logged.push(cause),
  within: <T>(_: object, work: () => T) => work(),
};

let server: Server | undefined;

afterEach(() => void server?.close());

async function serving(serve: Serve): Promise<number> {
  server = createServer(nodeListener(serve, log)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What comes back to the very bytes, without the date. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.end(request));
  return (await text(socket)).replace(/^Date: .*\r\n/m, '');
}

const told: Answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ä' };

it('hands over what a client asked for, and sends the answer with its length', async () => {
  const seen: unknown[] = [];
  const port = await serving(async (received) => {
    const { method, path, query, ip } = received;
    const body = await readBytes(received);
    const read = body.ok ? Buffer.from(body.value).toString() : undefined;
    seen.push({ method, path, query, ip, a: received.header('x-a'), b: received.header('x-b'), read });
    return told;
  });
  const answer = await exchange(
    port,
    'POST /a%2Fb?c=d%20e HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody',
  );
  expect(seen).toEqual([
    {
      method: 'POST',
      path: '/a%2Fb',
      query: '?c=d%20e',
      ip: '127.0.0.1',
      a: '1, 2',
      b: undefined,
      read: 'body',
    },
  ]);
  expect(answer).toBe(
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nConnection: close\r\n\r\nä',
  );
});

it.each([
  ['/v1/projects', '/v1/projects', ''],
  ['http://a.test:80/v1?x', '/v1', '?x'],
  ['HTTPS://a.test/http://b', '/http://b', ''],
  ['/?http://b/c', '/', '?http://b/c'],
])('finds the path in %s', async (target, path, query) => {
  const seen: Pick<Received, 'path' | 'query'>[] = [];
  const port = await serving((received) => {
    seen.push({ path: received.path, query: received.query });
    return told;
  });
  await exchange(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(seen).toEqual([{ path, query }]);
});

it('sends no body where there is none, and none to HEAD', async () => {
  const port = await serving(({ method }) =>
    method === 'HEAD' ? told : { ...told, status: 204, body: null },
  );
  const head = (method: string) => `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  expect(await exchange(port, head('DELETE'))).toBe(
    'HTTP/1.1 204 No Content\r\ncontent-type: text/plain\r\nConnection: close\r\n\r\n',
  );
  expect(await exchange(port, head('HEAD'))).toBe(
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nConnection: close\r\n\r\n',
  );
});

it('tells whoever reads a body that the client has gone', async () => {
  const read = Promise.withResolvers<unknown>();
  const port = await serving(async (received) => {
    read.resolve(await readBytes(received));
    return told;
  });
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbody', () => socket.destroy());
  });
  expect(await read.promise).toMatchObject({
    ok: false,
    error: { code: 'validation_failed', field: 'body' },
  });
  expect(logged).toEqual([]);
});

it('ends the connection of an answer that cannot be sent, and goes on', async () => {
  const port = await serving(({ path }) => (path === '/' ? { ...told, headers: { a: 'b\nc' } } : told));
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  await expect(exchange(port, ask('/'))).resolves.toBe('');
  expect(logged).toMatchObject([{ code: 'ERR_INVALID_CHAR' }]);
  expect(await exchange(port, ask('/more'))).toContain('200 OK');
});
