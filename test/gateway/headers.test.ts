import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { REF, sendLines, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const HOST = `${REF}.localhost`;
const mirrored = z.object({ headers: z.record(z.string(), z.unknown()), rawHeaders: z.array(z.string()) });
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

async function received(port: number, ...lines: string[]): Promise<z.infer<typeof mirrored>> {
  const answer = await sendLines(port, ...lines);
  const body = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
  return mirrored.parse(JSON.parse(Buffer.from(body, 'latin1').toString()));
}

test('what a client says of itself, its way and its id is dropped and said by the gateway', async () => {
  const { port } = await startWorld();
  const { headers } = await received(
    port,
    'GET /rest/v1 HTTP/1.1',
    `Host: ${HOST}:8000`,
    'X-Forwarded-For: 1.2.3.4',
    'X-FORWARDED-HOST: evil.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 443',
    'X-Forwarded-Prefix: /evil',
    'X-Forwarded-User: admin',
    'X-Real-IP: 1.2.3.4',
    'Forwarded: for=1.2.3.4',
    'X-Request-Id: mine',
  );
  expect(headers).toMatchObject({
    host: `${HOST}:8000`,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': `${HOST}:8000`,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '8000',
    'x-real-ip': '127.0.0.1',
    'x-request-id': expect.stringMatching(UUID),
  });
  for (const name of ['x-forwarded-prefix', 'x-forwarded-user', 'forwarded'])
    expect(headers).not.toHaveProperty(name);
});

test('headers of the connection go no further, nor those that Connection names', async () => {
  const { port } = await startWorld();
  const { headers } = await received(
    port,
    'GET / HTTP/1.1',
    `Host: ${HOST}`,
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eA==',
    'TE: trailers',
    'Upgrade: h2c',
    'X-Mine: 1',
    'X-Theirs: 1',
    'Connection: X-Mine, Upgrade, Content-Length, Host',
  );
  for (const name of ['keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'upgrade', 'x-mine']) {
    expect(headers).not.toHaveProperty(name);
  }
  expect(headers).toMatchObject({ 'x-theirs': '1', host: HOST });
});

test('other headers arrive as they were sent, also twice, also not ASCII', async () => {
  const { port } = await startWorld();
  const { rawHeaders } = await received(
    port,
    'GET / HTTP/1.1',
    `Host: ${HOST}`,
    'apikey: eyJ.x.y',
    'Authorization: Bearer a.b.c',
    'X-Twice: 1',
    'X-twice: 2',
    'X-Latin: \u00e9',
  );
  const text = rawHeaders.join('|');
  for (const part of [
    'apikey|eyJ.x.y',
    'Authorization|Bearer a.b.c',
    'X-Twice|1|X-twice|2',
    'X-Latin|\u00e9',
  ]) {
    expect(text).toContain(part);
  }
});

test('the answer’s headers come back as they were, with the gateway’s request id', async () => {
  const seen: (string | undefined)[] = [];
  const { port } = await startWorld({
    project: (request, response) => {
      seen.push(request.headersDistinct['x-request-id']?.join());
      response
        .setHeader('set-cookie', ['a=1', 'b=2'])
        .setHeader('x-request-id', 'theirs')
        .setHeader('x-own', '1');
      response.setHeader('connection', 'X-Own').setHeader('access-control-allow-origin', '*');
      response.writeHead(418, 'Teapot');
      response.end('x');
    },
  });
  const answer = await ask({ port, host: HOST });
  expect(answer.status).toBe(418);
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers).not.toHaveProperty('x-own');
  expect(answer.headers['x-request-id']).toMatch(UUID);
  expect(seen).toEqual([answer.headers['x-request-id']]);
});

test('each request has an id of its own', async () => {
  const { port } = await startWorld();
  const ids = await Promise.all(Array.from({ length: 10 }, () => ask({ port, host: HOST })));
  expect(new Set(ids.map((answer) => answer.headers['x-request-id'])).size).toBe(10);
});

test('a HTTP/1.0 client is answered', async () => {
  const { port } = await startWorld();
  expect(await sendLines(port, `GET /p/${REF}/x HTTP/1.0`)).toMatch(/^HTTP\/1.1 200 OK[^]*"url":"\/x"/);
});

test('the port is taken by one server only, which is said in one line', async () => {
  const { gateway } = await startWorld();
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await expect(gateway.listen({ port, host: '127.0.0.1' })).rejects.toThrow(
    `Port ${port} (127.0.0.1) is in use by another program.`,
  );
  other.close();
});

test('a page below /p/ runs apart from the dashboard, whose origin it has, and sets no cookie for it', async () => {
  const { port } = await startWorld({
    project: (_, response) => {
      response.setHeader('set-cookie', '_session=theirs; path=/oidc');
      response.setHeader('content-type', 'text/html').end('<script>localStorage</script>');
    },
  });
  const below = await ask({ port, host: 'localhost', path: `/p/${REF}/functions/v1/page` });
  expect(below.headers['content-security-policy']).toBe('sandbox allow-scripts allow-forms allow-popups');
  expect(below.headers).not.toHaveProperty('set-cookie');
  const atItsHost = await ask({ port, host: HOST, path: '/functions/v1/page' });
  expect(atItsHost.headers).not.toHaveProperty('content-security-policy');
  expect(atItsHost.headers['set-cookie']).toEqual(['_session=theirs; path=/oidc']);
});
