import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { DEAD, eventually, openRaw, PAUSED, REF, startWorld, UNKNOWN, type World } from './fixture.ts';

const HOST = `${REF}.localhost`;
const MB = 1024 * 1024;

/** A project that answers each message with itself; `/refused` it refuses, with a body of that many bytes. */
async function startEcho(): Promise<World & { readonly sockets: WebSocketServer }> {
  const world = await startWorld();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 64 * MB,
    handleProtocols: () => 'chosen',
  });
  world.project.on('upgrade', (request, socket, head) => {
    const refused = /^\/refused\/(\d+)/.exec(request.url ?? '');
    if (refused) {
      const body = 'x'.repeat(Number(refused[1]));
      socket.end(`HTTP/1.1 401 Unauthorized\r\nX-Why: key\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
      client.send(JSON.stringify({ url: request.url, headers: request.headers }));
    });
  });
  return { ...world, sockets };
}

interface Opened {
  readonly client: WebSocket;
  readonly greeting: string;
}

async function open(port: number, path: string, headers: { [name: string]: string } = {}): Promise<Opened> {
  const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['one', 'chosen'], {
    headers: { host: HOST, ...headers },
  });
  const [greeting] = await once(client, 'message');
  return { client, greeting: String(greeting) };
}

test('messages of all sizes go both ways unchanged', async () => {
  const { port } = await startEcho();
  const { client } = await open(port, '/realtime/v1/websocket');
  expect(client.protocol).toBe('chosen');
  for (const size of [0, 1, 125, 126, 65_536, 5 * MB]) {
    const sent = randomBytes(size);
    client.send(sent);
    const [received] = await once(client, 'message');
    expect(createHash('sha1').update(received).digest('hex')).toBe(
      createHash('sha1').update(sent).digest('hex'),
    );
  }
  client.close(4321, 'enough');
  expect(await once(client, 'close')).toEqual([4321, Buffer.from('enough')]);
});

test('the handshake carries the path, the key and who really asks', async () => {
  const { port } = await startEcho();
  const path = `/p/${REF}/realtime/v1/websocket?apikey=k&vsn=2.0.0`;
  const headers = {
    host: '127.0.0.1:8000',
    'x-forwarded-for': '1.2.3.4',
    'x-request-id': 'mine',
    cookie: 'a=b',
  };
  const { client, greeting } = await open(port, path, headers);
  expect(JSON.parse(greeting)).toMatchObject({
    url: '/realtime/v1/websocket?apikey=k&vsn=2.0.0',
    headers: {
      host: '127.0.0.1:8000',
      cookie: 'a=b',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-prefix': `/p/${REF}`,
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    },
  });
  client.terminate();
});

test('what is sent together with the handshake is not lost', async () => {
  const { port, project } = await startWorld();
  project.on('upgrade', (_request, socket, head) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello ',
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const handshake = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\nearly`;
  const client = openRaw(port, handshake);
  await eventually(() => client.received().includes('hello early'));
  client.socket.write(' late');
  await eventually(() => client.received().endsWith('hello early late'));
  client.socket.end();
  await client.ended;
});

async function refusal(
  port: number,
  host: string,
  path = '/realtime/v1/websocket',
): Promise<{ status: number; text: string }> {
  const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host } });
  const [, answer] = await once(client, 'unexpected-response');
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode, text };
}

test('a project’s own refusal comes back, however long', async () => {
  const { port, metered } = await startEcho();
  for (const size of [5, 3 * MB]) {
    expect(await refusal(port, HOST, `/refused/${size}`)).toEqual({ status: 401, text: 'x'.repeat(size) });
  }
  await eventually(() => metered.length === 2);
  expect(metered.map(({ status }) => status)).toEqual([401, 401]);
});

test.for([
  ['an unknown project', `${UNKNOWN}.localhost`, 404, 'not_found'],
  ['a project that is not running', `${PAUSED}.localhost`, 503, 'INACTIVE'],
  ['a project that cannot be reached', `${DEAD}.localhost`, 502, 'did not answer'],
  ['the control plane', 'localhost', 400, 'no WebSocket'],
] as const)('%s is answered in JSON', async ([, host, status, text]) => {
  const { port } = await startEcho();
  const answer = await refusal(port, host);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
});

test('when the project dies the client is told, and the other way round', async () => {
  const { port, sockets } = await startEcho();
  const first = await open(port, '/');
  for (const socket of sockets.clients) socket.terminate();
  expect((await once(first.client, 'close'))[0]).toBe(1006);

  const second = await open(port, '/');
  await eventually(() => sockets.clients.size === 1);
  second.client.terminate();
  await eventually(() => sockets.clients.size === 0);
});

test('a client that leaves before the project has answered leaves nothing behind', async () => {
  const { port, project } = await startWorld();
  const far: Socket[] = [];
  project.on('upgrade', (_request, socket: Socket) => void far.push(socket));
  const client = openRaw(
    port,
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  );
  await eventually(() => far.length === 1);
  client.socket.destroy();
  far[0]?.resume();
  await eventually(() => far[0]?.readableEnded === true);
  far[0]?.destroy();
});

test('a client that does not read holds the project back', async () => {
  const { port, sockets } = await startEcho();
  const { client } = await open(port, '/');
  client.pause();
  const [far] = sockets.clients;
  const sent = new Promise<void>((resolve) => far?.send(Buffer.alloc(48 * MB), () => resolve()));
  const first = await Promise.race([
    sent.then(() => 'sent'),
    new Promise((resolve) => setTimeout(resolve, 500, 'held')),
  ]);
  expect(first).toBe('held');
  client.resume();
  const [received] = await once(client, 'message');
  expect(received).toHaveLength(48 * MB);
  client.terminate();
});

test('it is reported once, when it ends, with what went over it', async () => {
  const { port, metered } = await startEcho();
  const { client } = await open(port, '/realtime/v1/websocket');
  client.send(Buffer.alloc(100_000));
  await once(client, 'message');
  expect(metered).toEqual([]);
  client.close();
  await eventually(() => metered.length > 0);
  expect(metered).toMatchObject([{ ref: REF, service: 'realtime', status: 101 }]);
  expect(metered[0]?.bytes_in).toBeGreaterThan(100_000);
  expect(metered[0]?.bytes_out).toBeGreaterThan(100_000);
  expect(metered[0]?.bytes_out).toBeLessThan(110_000);
});

test('another upgrade than to a WebSocket is passed over', async () => {
  const { port } = await startWorld();
  const client = openRaw(
    port,
    `GET /x HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n`,
  );
  await eventually(() => client.received().includes('"url":"/x"'));
  client.socket.destroy();
});

test('closing the gateway ends open WebSockets', async () => {
  const { port, gateway } = await startEcho();
  const { client } = await open(port, '/');
  const closed = once(client, 'close');
  await gateway.close(10_000);
  await closed;
});
