import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { bodyOf, DEAD, eventually, openRaw, REF, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const HOST = `${REF}.localhost`;

test('a project that cannot be reached is a 502 in JSON', async () => {
  const { port } = await startWorld();
  const answer = await ask({ port, host: `${DEAD}.localhost`, method: 'POST', body: 'x' });
  expect(answer).toMatchObject({
    status: 502,
    headers: { 'content-type': 'application/json', 'retry-after': '1' },
  });
  expect(answer.json()).toEqual({
    message: `The project ${DEAD} did not answer.`,
    code: 'unavailable',
    suggestion: expect.any(String),
    request_id: answer.headers['x-request-id'],
  });
});

test('a project that dies before it answers is a 502, and the gateway goes on', async () => {
  const { port } = await startWorld({
    project: (request, response) => {
      if (request.url === '/die') request.socket.destroy();
      else response.end('fine');
    },
  });
  for (const method of ['GET', 'POST']) {
    expect((await ask({ port, host: HOST, path: '/die', method })).status).toBe(502);
  }
  expect((await ask({ port, host: HOST })).text).toBe('fine');
});

test.for([{}, { 'content-length': '100' }])(
  'a project that dies within its answer breaks the client’s off',
  async (headers) => {
    const { port } = await startWorld({
      project: (_request, response) => {
        response.writeHead(200, headers);
        response.write('half', () => response.destroy());
      },
    });
    await expect(ask({ port, host: HOST })).rejects.toThrow(/aborted|socket hang up|ECONNRESET/);
    const client = openRaw(port, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    expect(await client.ended).toMatch(/half(\r\n)?$/);
  },
);

test.for(['before the answer', 'within the answer'])(
  'a client that leaves %s breaks the project’s request off',
  async (when) => {
    const open: ServerResponse[] = [];
    const { port } = await startWorld({
      project: (_request, response) => {
        open.push(response);
        if (when === 'within the answer') response.write('half');
      },
    });
    const client = openRaw(port, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    await eventually(
      () => open.length === 1 && (when === 'before the answer' || client.received().includes('half')),
    );
    expect(open[0]?.destroyed).toBe(false);
    client.socket.destroy();
    await eventually(() => open[0]?.destroyed === true);
  },
);

test('a client that leaves within its upload breaks the project’s request off', async () => {
  const uploads: IncomingMessage[] = [];
  const { port } = await startWorld({ project: (request) => void uploads.push(request.resume()) });
  const client = openRaw(port, `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\nhalf`);
  await eventually(() => uploads[0]?.readableDidRead === true);
  client.socket.destroy();
  await eventually(() => uploads[0]?.destroyed === true);
  expect(uploads[0]?.complete).toBe(false);
});

test('an answer that does not wait for the body reaches the client, and the connection serves the next request', async () => {
  const { port } = await startWorld({
    project: (request, response) => {
      if (request.method === 'POST') response.writeHead(413).end('too large');
      else response.end('next');
    },
  });
  const client = openRaw(port, `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 3000000\r\n\r\n`);
  await eventually(() => client.received().includes('too large'));
  client.socket.write(`${'x'.repeat(3_000_000)}GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await eventually(() => client.received().includes('next'));
  client.socket.destroy();
});

test('an answer in the project’s place does not wait for the body either', async () => {
  const { port } = await startWorld();
  const client = openRaw(port, 'POST /p/nobody/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n');
  await eventually(() => client.received().startsWith('HTTP/1.1 404'));
  client.socket.write(`${'x'.repeat(3_000_000)}GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n`);
  await eventually(() => client.received().includes('control /v1'));
  client.socket.destroy();
});

test('a kept connection that the project has closed is no error for a request that may be repeated', async () => {
  let served = 0;
  const { port } = await startWorld({
    project: (request, response) => {
      served += 1;
      // The second request on a connection finds it closed, as when the project restarts.
      if (request.socket.bytesRead > 1000) request.socket.destroy();
      else response.end('fine');
    },
  });
  const headers = { 'x-padding': 'x'.repeat(400) };
  for (let n = 0; n < 6; n++) expect((await ask({ port, host: HOST, headers })).text).toBe('fine');
  expect(served).toBeGreaterThan(6);
  const post = { port, host: HOST, headers, method: 'POST', body: 'x' };
  const statuses = [(await ask(post)).status, (await ask(post)).status, (await ask(post)).status];
  expect(statuses).toContain(502);
});

test('a hundred clients at once, each with its own answer', async () => {
  const { port } = await startWorld({
    project: async (request, response) => {
      const body = await bodyOf(request);
      response.end(`${request.url} ${body.toString()}`);
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      ask({ port, host: HOST, path: `/${n}`, method: 'POST', body: `body ${n}` }),
    ),
  );
  expect(answers.map((answer) => answer.text)).toEqual(answers.map((_, n) => `/${n} body ${n}`));
});

test('closing lets requests finish and refuses new ones', async () => {
  const open: ServerResponse[] = [];
  const { port, gateway } = await startWorld({ project: (_request, response) => void open.push(response) });
  const outgoing = request({ host: '127.0.0.1', port, headers: { host: HOST } });
  outgoing.end();
  await eventually(() => open.length === 1);
  const closed = gateway.close(10_000);
  await expect(ask({ port, host: HOST })).rejects.toThrow(/ECONNREFUSED/);
  open[0]?.end('finished');
  const [incoming] = await once(outgoing, 'response');
  expect((await bodyOf(incoming)).toString()).toBe('finished');
  await closed;
});
