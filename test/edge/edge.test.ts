import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createAuthority } from './certificate.ts';
import { startNameServer } from './name-server.ts';
import { freePort, nginxIsInstalled, startEdge, until } from './nginx.ts';
import { startUpstream } from './upstream.ts';

const ALPHA = 'a'.repeat(20);
const BETA = 'b'.repeat(20);
const PAUSED = 'p'.repeat(20);
const RESUMED = 'r'.repeat(20);
const GONE = 'g'.repeat(20);
const CRASHED = 'c'.repeat(20);
const UNKNOWN = 'u'.repeat(20);
const UNWAKEABLE = 'd'.repeat(20);
const host = (ref: string) => `${ref}.base.test`;
const name = (ref: string) => `${ref}.cell-one.internal`;
const KEY = 'sb_secret_neverlogged';

describe.skipIf(!nginxIsInstalled())('the edge (skipped where nginx is not installed)', () => {
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());

  let names: Awaited<ReturnType<typeof startNameServer>>;
  let edge: Awaited<ReturnType<typeof startEdge>>;
  let alpha: Awaited<ReturnType<typeof startUpstream>>;
  let beta: Awaited<ReturnType<typeof startUpstream>>;
  let wake: Awaited<ReturnType<typeof startUpstream>>;
  let authority: Awaited<ReturnType<typeof createAuthority>>;

  beforeAll(async () => {
    names = stack.use(await startNameServer());
    authority = stack.use(await createAuthority('wake.base.test'));
    const projectPort = await freePort('127.0.0.2');
    alpha = stack.use(
      await startUpstream({ address: '127.0.0.2', port: projectPort }, (request, response) => {
        if (request.url === '/rest/v1/broken') response.socket?.destroy();
        else if (request.url.startsWith('/rest/v1/mute')) response.socket?.pause();
        else if (request.url === '/rest/v1/own-error') response.writeHead(502).end('the project says so');
        else if (request.url === '/functions/v1/events') response.write('data: 1\n\n');
        else response.end('alpha');
      }),
    );
    beta = stack.use(
      await startUpstream({ address: '127.0.0.3', port: projectPort }, (_request, response) => {
        response.end('beta');
      }),
    );
    wake = stack.use(
      await startUpstream({ address: '127.0.0.1', port: 0 }, (request, response) => {
        const ref = request.url.slice('/wake/'.length);
        if (ref === UNWAKEABLE) response.socket?.destroy();
        else if (ref === UNKNOWN) response.writeHead(404).end('{"message":"unknown"}');
        else response.writeHead(503, { 'retry-after': '3' }).end('{"message":"waking"}');
      }),
    );
    edge = stack.use(
      await startEdge({
        rootDomain: 'base.test',
        namespace: 'cell-one.internal',
        projectPort,
        resolver: names.address,
        wakeUrl: `http://127.0.0.1:${wake.port}`,
        trustedNetwork: '127.0.0.0/8',
        certificateAuthorities: authority.file,
      }),
    );
  });

  beforeEach(() => {
    names.records.clear();
    names.records.set(name(ALPHA), ['127.0.0.2']);
    names.records.set(name(BETA), ['127.0.0.3']);
    for (const upstream of [alpha, beta, wake]) upstream.seen.length = 0;
  });

  const lastLine = async (requestId: string | string[] | undefined) => {
    const line = () => edge.log().find((entry) => JSON.stringify(entry).includes(`"${String(requestId)}"`));
    await until(() => line() !== undefined);
    return line();
  };

  test('answers the load balancer’s health check and nothing else without a project', async () => {
    expect(await edge.send('10.0.0.7', '/healthz')).toMatchObject({ status: 200 });
    for (const stranger of [
      '10.0.0.7',
      'base.test',
      host('a'.repeat(19)),
      host('a'.repeat(21)),
      host('1'.repeat(20)),
      `${ALPHA}.base.test.evil.test`,
      `${ALPHA}.basextest`,
    ]) {
      expect(await edge.send(stranger, '/rest/v1/')).toMatchObject({ status: 404 });
    }
    expect(names.asked).toEqual([]);
    expect(wake.seen).toEqual([]);
  });

  test('takes each request to the project that its host names', async () => {
    expect(await edge.send(host(ALPHA), '/rest/v1/t?select=a%2Cb&x=%0A')).toMatchObject({
      status: 200,
      body: 'alpha',
    });
    expect(await edge.send(host(BETA).toUpperCase(), '/auth/v1/%2e%2e//health')).toMatchObject({
      body: 'beta',
    });
    expect(alpha.seen).toMatchObject([{ method: 'GET', url: '/rest/v1/t?select=a%2Cb&x=%0A' }]);
    expect(beta.seen).toMatchObject([{ url: '/auth/v1/%2e%2e//health', headers: { host: host(BETA) } }]);
    const posted = await edge.send(host(ALPHA), '/rest/v1/t', { method: 'POST', body: '{"a":1}' });
    expect(posted.status).toBe(200);
    expect(alpha.seen.at(-1)).toMatchObject({ method: 'POST', body: '{"a":1}' });
  });

  test('passes a WebSocket through, both ways', async () => {
    const server = new WebSocketServer({ server: alpha.server });
    server.on('connection', (socket) =>
      socket.on('message', (data, binary) => socket.send(data, { binary })),
    );
    const url = `ws://127.0.0.1:${edge.port}/realtime/v1/websocket?apikey=${KEY}`;
    const socket = new WebSocket(url, { headers: { host: host(ALPHA) } });
    await once(socket, 'open');
    socket.send(Buffer.from([0, 1, 255]));
    const [echoed] = await once(socket, 'message');
    expect(echoed).toEqual(Buffer.from([0, 1, 255]));
    socket.close();
    await once(socket, 'close');
    server.close();
    await until(() => edge.log().some((line) => JSON.stringify(line).includes('"service":"realtime"')));
  });

  test('passes an event stream on before it ends', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(`GET /functions/v1/events HTTP/1.1\r\nhost: ${host(ALPHA)}\r\n\r\n`);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    await until(() => received.includes('data: 1'), 1.5);
    socket.destroy();
  });

  test('lets the wake route answer for an unknown ref', async () => {
    const answer = await edge.send(host(UNKNOWN), '/rest/v1/t');
    expect(answer).toMatchObject({ status: 404, body: '{"message":"unknown"}' });
    expect(wake.seen).toMatchObject([{ method: 'GET', url: `/wake/${UNKNOWN}` }]);
  });

  test('asks the wake route for a paused project, and the project itself as soon as it has an address', async () => {
    const asleep = await edge.send(host(RESUMED), '/rest/v1/t');
    expect(asleep).toMatchObject({
      status: 503,
      body: '{"message":"waking"}',
      headers: { 'retry-after': '3' },
    });
    names.records.set(name(RESUMED), ['127.0.0.3']);
    expect(await edge.send(host(RESUMED), '/rest/v1/t')).toMatchObject({ status: 200, body: 'beta' });
  });

  test('tells the wake route what is asked for, and no secret', async () => {
    await edge.send(host(PAUSED), `/auth/v1/%0d%0ax-evil:1?apikey=${KEY}`, {
      method: 'PATCH',
      headers: {
        accept: 'text/html',
        origin: 'https://app.test',
        cookie: `session=${KEY}`,
        authorization: `Bearer ${KEY}`,
        'x-baseplane-key': 'forged',
      },
      body: KEY,
    });
    const [asked] = wake.seen;
    expect(asked).toMatchObject({
      method: 'GET',
      body: '',
      headers: {
        accept: 'text/html',
        origin: 'https://app.test',
        'x-baseplane-key': 'yes',
        'x-baseplane-method': 'PATCH',
        'x-baseplane-path': '/auth/v1/%0d%0ax-evil:1',
      },
    });
    expect(JSON.stringify(asked)).not.toContain(KEY);
    await edge.send(host(PAUSED), '/favicon.ico');
    expect(wake.seen.at(-1)?.headers).toMatchObject({
      'x-baseplane-key': 'no',
      'x-baseplane-path': '/favicon.ico',
    });
  });

  test('takes a task that refuses the connection for a paused project', async () => {
    names.records.set(name(CRASHED), ['127.0.0.99']);
    expect(await edge.send(host(CRASHED), '/rest/v1/t')).toMatchObject({
      status: 503,
      body: '{"message":"waking"}',
    });
  });

  test('reaches the task that answers when another of the same project does not', async () => {
    const deployed = 'e'.repeat(20);
    names.records.set(name(deployed), ['127.0.0.99', '127.0.0.3']);
    for (let turn = 0; turn < 4; turn += 1) {
      expect(await edge.send(host(deployed), '/rest/v1/t')).toMatchObject({ status: 200, body: 'beta' });
    }
    expect(wake.seen).toEqual([]);
  });

  test('does not wake a project that runs but fails', async () => {
    expect(await edge.send(host(ALPHA), '/rest/v1/broken')).toMatchObject({
      status: 502,
      body: expect.stringContaining('bad_gateway'),
    });
    expect(await edge.send(host(ALPHA), '/rest/v1/mute')).toMatchObject({
      status: 504,
      body: expect.stringContaining('timeout'),
    });
    expect(await edge.send(host(ALPHA), '/rest/v1/own-error')).toMatchObject({
      status: 502,
      body: 'the project says so',
    });
    expect(wake.seen).toEqual([]);
  });

  test('says when to come back if the wake route fails', async () => {
    const answer = await edge.send(host(UNWAKEABLE), '/rest/v1/t');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'project_unreachable' });
    expect(await lastLine(answer.headers['x-request-id'])).toMatchObject({ outcome: 'asleep', status: 503 });
  });

  test('trusts the wake route by its certificate only', async () => {
    const stranger = await createAuthority('wake.base.test');
    for (const [issuer, status] of [
      [authority, 200],
      [stranger, 503],
    ] as const) {
      await using secure = await startUpstream(
        { address: '127.0.0.1', port: 0, tls: issuer.tls },
        (_, response) => {
          response.end('woken');
        },
      );
      names.records.set('wake.base.test', ['127.0.0.1']);
      await using other = await startEdge({
        rootDomain: 'base.test',
        namespace: 'cell-one.internal',
        projectPort: 1,
        resolver: names.address,
        wakeUrl: `https://wake.base.test:${secure.port}`,
        trustedNetwork: '10.0.0.0/16',
        certificateAuthorities: authority.file,
      });
      expect(
        await other.send(host(PAUSED), '/rest/v1/t', { headers: { 'x-forwarded-for': '6.6.6.6' } }),
      ).toMatchObject({ status });
      // This edge does not take loopback for its load balancer.
      if (status === 200)
        expect(secure.seen[0]?.headers).toMatchObject({
          host: expect.stringContaining('wake.base.test'),
          'x-forwarded-for': '127.0.0.1',
        });
      else expect(secure.seen).toEqual([]);
    }
    await stranger[Symbol.asyncDispose]();
  });

  test('forgets an address within its time to live', async () => {
    names.records.set(name(GONE), ['127.0.0.2']);
    expect(await edge.send(host(GONE), '/rest/v1/t')).toMatchObject({ body: 'alpha' });
    names.records.delete(name(GONE));
    await until(async () => (await edge.send(host(GONE), '/rest/v1/t')).body === '{"message":"waking"}', 3);
    expect(wake.seen).toMatchObject([{ url: `/wake/${GONE}` }]);
  });

  test('says itself where a request came from, and drops what the client claims', async () => {
    await edge.send(host(ALPHA), '/rest/v1/t', {
      headers: {
        'x-forwarded-for': '6.6.6.6, 203.0.113.9',
        'x-forwarded-host': 'evil.test',
        'x-forwarded-proto': 'gopher',
        'x-forwarded-port': '70',
        'x-forwarded-prefix': '/evil',
        'x-forwarded-path': '/evil',
        'x-real-ip': '6.6.6.6',
        'x-original-url': '/evil',
        'x-request-id': 'forged',
        forwarded: 'for=6.6.6.6',
        proxy: 'http://evil.test',
        apikey: KEY,
      },
    });
    const headers = alpha.seen[0]?.headers;
    expect(headers).toMatchObject({
      host: host(ALPHA),
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': host(ALPHA),
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-real-ip': '203.0.113.9',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      apikey: KEY,
    });
    expect(JSON.stringify(headers)).not.toMatch(/evil|6\.6\.6\.6|forged/);
  });

  test('refuses a body that is too large', async () => {
    const whole = await edge.send(host(ALPHA), '/storage/v1/object/b/k', {
      method: 'POST',
      body: 'x'.repeat(65_537),
    });
    expect(whole).toMatchObject({ status: 413, body: expect.stringContaining('payload_too_large') });
    expect(
      await edge.send(host(ALPHA), '/storage/v1/object/b/k', { method: 'POST', body: 'x'.repeat(65_536) }),
    ).toMatchObject({ status: 200 });
  });

  test('writes one line a request, with what the meter needs and no key', async () => {
    const answer = await edge.send(host(ALPHA), `/storage/v1/object?apikey=${KEY}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: 'four',
    });
    expect(await lastLine(answer.headers['x-request-id'])).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      ref: ALPHA,
      service: 'storage',
      method: 'POST',
      status: 200,
      bytes_in: expect.any(Number),
      bytes_out: expect.any(Number),
      duration: expect.any(Number),
      request_id: answer.headers['x-request-id'],
      outcome: 'project',
    });
    const strange = await edge.send(host(PAUSED), `/${KEY}/x`);
    expect(await lastLine(strange.headers['x-request-id'])).toMatchObject({
      service: 'other',
      outcome: 'wake',
      status: 503,
    });
    const broken = await edge.send(host(ALPHA), '/rest/v1/broken');
    expect(await lastLine(broken.headers['x-request-id'])).toMatchObject({
      service: 'rest',
      outcome: 'broke',
      status: 502,
    });
    expect(edge.stdout()).not.toContain(KEY);
    expect(edge.stderr()).toBe('');
  });
});
