import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, IncomingMessage, request, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { bodyOf, eventually, openRaw, REF, sendLines, settled, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const HOST = `${REF}.localhost`;
const MB = 1024 * 1024;

test('50 MB go up and come down unchanged', async () => {
  const { port } = await startWorld({ project: (request, response) => void request.pipe(response) });
  const sent = randomBytes(50 * MB);
  const outgoing = request({ host: '127.0.0.1', port, method: 'POST', headers: { host: HOST } });
  outgoing.end(sent);
  const [incoming] = await once(outgoing, 'response');
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(digest(await bodyOf(incoming))).toBe(digest(sent));
});

test('an upload is taken no faster than the project takes it', async () => {
  const uploads: IncomingMessage[] = [];
  const { port } = await startWorld({
    project: (request, response) => {
      uploads.push(request.pause());
      request.once('end', () => response.end('all'));
    },
  });
  const { socket, received } = openRaw(
    port,
    `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${64 * MB}\r\n\r\n`,
  );
  socket.write(Buffer.alloc(64 * MB));
  await eventually(() => uploads.length === 1);
  expect(await settled(() => uploads[0]?.readableLength ?? 0)).toBeLessThan(MB);
  expect(socket.writableLength).toBeGreaterThan(32 * MB);
  uploads[0]?.resume();
  await eventually(() => received().includes('all'));
  socket.destroy();
});

test('a download is taken no faster than the client takes it', async () => {
  const downloads: ServerResponse[] = [];
  const { port } = await startWorld({
    project: (_request, response) => {
      downloads.push(response);
      response.end(Buffer.alloc(64 * MB));
    },
  });
  const outgoing = request({ host: '127.0.0.1', port, headers: { host: HOST } });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  if (!(incoming instanceof IncomingMessage)) throw new Error('no response');
  const left = await settled(() => downloads[0]?.writableLength ?? 0);
  expect(left).toBeGreaterThan(32 * MB);
  expect((await bodyOf(incoming)).length).toBe(64 * MB);
});

test('each piece of an answer, and its head, comes at once', async () => {
  const streams: ServerResponse[] = [];
  const { port } = await startWorld({
    project: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.push(response);
    },
  });
  const client = openRaw(port, `GET /realtime/v1/sse HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await eventually(() => client.received().includes('text/event-stream'));
  for (const piece of ['one', 'two', 'three']) {
    streams[0]?.write(`data: ${piece}\n\n`);
    await eventually(() => client.received().includes(piece));
  }
  client.socket.destroy();
});

test('each piece of a request comes at once, and the answer may come before it ends', async () => {
  const { port } = await startWorld({
    project: (request, response) => {
      request.on('data', (chunk: Buffer) => response.write(`got ${chunk.toString()};`));
      request.once('end', () => response.end('end'));
    },
  });
  const client = openRaw(port, `POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  for (const piece of ['one', 'two']) {
    client.socket.write(`3\r\n${piece}\r\n`);
    await eventually(() => client.received().includes(`got ${piece}`));
  }
  client.socket.write('0\r\n\r\n');
  await eventually(() => client.received().includes('end'));
  client.socket.destroy();
});

test('trailers go both ways', async () => {
  const { port } = await startWorld({
    project: async (request, response) => {
      await bodyOf(request);
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('body');
      response.addTrailers({ 'x-sum': `${request.trailers['x-check']}!` });
      response.end();
    },
  });
  const answer = await sendLines(
    port,
    'POST / HTTP/1.1',
    `Host: ${HOST}`,
    'Connection: close',
    'Transfer-Encoding: chunked',
    '',
    '2',
    'hi',
    '0',
    'X-Check: 7',
  );
  expect(answer).toMatch(/Trailer: x-sum/i);
  expect(answer).toMatch(/x-sum: 7!/i);
});

test('methods and statuses that have no body', async () => {
  const { port } = await startWorld({
    project: (request, response) => {
      if (request.url === '/204') return void response.writeHead(204).end();
      if (request.url === '/304') return void response.writeHead(304, { etag: '"x"' }).end();
      response.writeHead(200, { 'content-length': '5', 'content-range': '0-4/5' }).end('12345');
    },
  });
  const head = await ask({ port, host: HOST, method: 'HEAD', path: '/rest/v1/t' });
  expect(head).toMatchObject({
    status: 200,
    text: '',
    headers: { 'content-length': '5', 'content-range': '0-4/5' },
  });
  expect(await ask({ port, host: HOST, path: '/204' })).toMatchObject({ status: 204, text: '' });
  expect(await ask({ port, host: HOST, path: '/304' })).toMatchObject({
    status: 304,
    text: '',
    headers: { etag: '"x"' },
  });
});

test.for(['DELETE', 'GET', 'PATCH', 'POST', 'PUT', 'OPTIONS'])(
  '%s with a body, by length and in chunks',
  async (method) => {
    const { port } = await startWorld();
    for (const headers of [{ 'content-length': '3' }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await ask({ port, host: HOST, method, headers, body: 'abc' });
      expect(answer.json()).toMatchObject({ method, body: 'abc', headers });
    }
  },
);

test.for(['DELETE', 'GET', 'PATCH', 'POST', 'PUT'])(
  '%s that says nothing of a body has none',
  async (method) => {
    const { port } = await startWorld();
    expect(await sendLines(port, `${method} / HTTP/1.1`, `Host: ${HOST}`)).toContain('"body":""');
  },
);

test('100-continue is said when the project can be reached, and not before', async () => {
  const { port } = await startWorld();
  const lines = [`Host: ${HOST}`, 'Expect: 100-continue', 'Content-Length: 2'];
  const client = openRaw(port, `${['POST / HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`);
  await eventually(() => client.received().startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
  expect(client.received()).not.toContain('200');
  client.socket.write('hi');
  await eventually(() => client.received().includes('"body":"hi"'));
  client.socket.destroy();

  const refused = openRaw(
    port,
    `POST /p/nobody/ HTTP/1.1\r\nHost: x\r\n${lines.slice(1).join('\r\n')}\r\n\r\n`,
  );
  expect(await refused.ended).toMatch(/^HTTP\/1\.1 404 /);

  const toControl = openRaw(
    port,
    `POST /v1 HTTP/1.1\r\nHost: localhost\r\n${lines.slice(1).join('\r\n')}\r\n\r\n`,
  );
  await eventually(() => toControl.received().startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
  toControl.socket.write('hi');
  await eventually(() => toControl.received().includes('control /v1'));
  toControl.socket.destroy();
});

test('connections are kept on both sides', async () => {
  const world = await startWorld();
  let [near, far] = [0, 0];
  world.project.on('connection', () => (far += 1));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < 20; n++) {
    const outgoing = request({ host: '127.0.0.1', port: world.port, headers: { host: HOST }, agent });
    outgoing.once('socket', (socket) => (near += socket.bytesRead === 0 ? 1 : 0));
    outgoing.end();
    const [incoming] = await once(outgoing, 'response');
    await bodyOf(incoming);
  }
  agent.destroy();
  expect({ near, far }).toEqual({ near: 1, far: 1 });
});

test('requests sent ahead on one connection are answered in order', async () => {
  const { port } = await startWorld();
  const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
  const client = openRaw(port, one('/a') + one('/b') + one('/c'));
  await eventually(() => client.received().includes('"url":"/c"'));
  const paths = [...client.received().matchAll(/"url":"(\/\w)"/g)].map(([, path]) => path);
  expect(paths).toEqual(['/a', '/b', '/c']);
  client.socket.destroy();
});
