import { expect, test } from 'vitest';
import { eventually, openRaw, REF, sendLines, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const HOST = `Host: ${REF}.localhost`;

/** Where two readers could see the end of a message, or its addressee, in different places. */
const REFUSED: readonly (readonly [what: string, request: string])[] = [
  [
    'a length and chunks',
    `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['two lengths', `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
  ['a list of lengths', `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 4, 4\r\n\r\nabcd`],
  ['a signed length', `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: +4\r\n\r\nabcd`],
  ['another encoding', `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  [
    'an encoding after chunked',
    `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
  ],
  ['a misspelt encoding', `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['a space before the colon', `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
  ['a folded header', `GET / HTTP/1.1\r\n${HOST}\r\nX-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n`],
  ['a bare line feed', `GET / HTTP/1.1\n${HOST}\n\n`],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two hosts', `GET / HTTP/1.1\r\n${HOST}\r\nHost: localhost\r\n\r\n`],
  ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['no path', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ['no HTTP', 'hello\r\n\r\n'],
  ['a NUL in a header', `GET / HTTP/1.1\r\n${HOST}\r\nX-A: a\0b\r\n\r\n`],
  ['a bad chunk', `POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`],
];

test.for(REFUSED)('%s: refused, and nothing of it reaches the project', async ([what, bytes]) => {
  const reached: string[] = [];
  const { port } = await startWorld({
    project: (request, response) => void (reached.push(`${request.url}`), response.end()),
  });
  const { ended, received, socket } = openRaw(port, bytes);
  if (what === 'a bad chunk') {
    expect(await ended).not.toContain('200 OK');
  } else {
    await eventually(() => received() !== '');
    expect(received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n\{"message"/);
  }
  expect(reached).toEqual([]);
  socket.destroy();
});

test('what is no HTTP is answered with what is wrong with it', async () => {
  const { port } = await startWorld();
  expect(await sendLines(port, 'BREW /pot HTTP/1.1', HOST)).toContain(
    '{"message":"The request is not valid HTTP: Invalid method encountered.","code":"validation_failed"}',
  );
});

test('an oversize head is refused, a large one is not', async () => {
  const { port } = await startWorld();
  const head = (bytes: number): string => `GET /?${'x'.repeat(bytes)} HTTP/1.1`;
  expect(await sendLines(port, head(70_000), HOST)).toMatch(/^HTTP\/1\.1 431 [^]*over 64 KB together/);
  expect(await sendLines(port, 'GET / HTTP/1.1', HOST, `X-A: ${'x'.repeat(70_000)}`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
  expect((await ask({ port, host: 'localhost', path: `/${'x'.repeat(40_000)}` })).status).toBe(200);
});

test('CONNECT makes no tunnel', async () => {
  const { port } = await startWorld();
  expect(await sendLines(port, 'CONNECT localhost:22 HTTP/1.1', 'Host: localhost:22')).not.toMatch(
    /^HTTP\/1\.1 2/,
  );
});

test('an answer that is broken on the wire is a 502', async () => {
  const { port } = await startWorld({
    project: (request) =>
      void request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'),
  });
  expect((await ask({ port, host: `${REF}.localhost` })).status).toBe(502);
});

const IMPATIENT = { headMs: 200, stalledMs: 400 };

test('a head that does not come to its end is cut off, also where a byte comes now and then', async () => {
  const { port } = await startWorld({ timeouts: IMPATIENT });
  const head = `GET / HTTP/1.1\r\n${HOST}\r\nX-`;
  expect(await openRaw(port, head).ended).toMatch(/^HTTP\/1\.1 408 /);
  const slow = openRaw(port, head);
  const trickle = setInterval(() => slow.socket.write('x'), 20);
  expect(await slow.ended).toMatch(/^HTTP\/1\.1 408 /);
  clearInterval(trickle);
});

test('a body that does not come to its end is cut off', async () => {
  const { port } = await startWorld({ timeouts: IMPATIENT });
  const client = openRaw(port, `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 10\r\n\r\nhalf`);
  expect(await client.ended).toBe('');
});

test('a client that takes nothing of its answer is cut off', async () => {
  let gone = false;
  const { port } = await startWorld({
    timeouts: IMPATIENT,
    project: (_request, response) => {
      response.once('close', () => (gone = !response.writableFinished));
      response.end(Buffer.alloc(64 * 1024 * 1024));
    },
  });
  const client = openRaw(port, '');
  client.socket.pause().write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
  await eventually(() => gone);
  client.socket.destroy();
});

test('a stream that is quiet longer than that is not cut off', async () => {
  const { port } = await startWorld({
    timeouts: IMPATIENT,
    project: (_request, response) => {
      response.write('begin');
      setTimeout(() => response.end('end'), 4 * IMPATIENT.stalledMs);
    },
  });
  expect((await ask({ port, host: `${REF}.localhost` })).text).toBe('beginend');
});

test('nor is a project that takes its time over an upload', async () => {
  const { port } = await startWorld({
    timeouts: IMPATIENT,
    project: (request, response) => {
      request.pause();
      setTimeout(() => request.resume().once('end', () => response.end('done')), 4 * IMPATIENT.stalledMs);
    },
  });
  const body = 'x'.repeat(8 * 1024 * 1024);
  expect((await ask({ port, host: `${REF}.localhost`, method: 'POST', body })).text).toBe('done');
});
