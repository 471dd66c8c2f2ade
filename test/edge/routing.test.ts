import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readEdgeLines } from '../../functions/core/usage/edge-line.ts';
import { ALPHA, BETA, KEY, PAUSED, hostOf, nameOf, startLittleCell } from './little-cell.ts';
import { nginxIsInstalled, until } from './nginx.ts';

describe.skipIf(!nginxIsInstalled())('the edge (skipped where nginx is not installed)', () => {
  let cell: Awaited<ReturnType<typeof startLittleCell>>;
  beforeAll(async () => {
    cell = await startLittleCell();
  });
  afterAll(() => cell[Symbol.asyncDispose]());
  beforeEach(() => cell.reset());

  test('answers the load balancer’s health check and nothing else without a project', async () => {
    expect(await cell.edge.send('10.0.0.7', '/healthz')).toMatchObject({ status: 200 });
    for (const stranger of [
      '10.0.0.7',
      'base.test',
      hostOf('a'.repeat(19)),
      hostOf('a'.repeat(21)),
      hostOf('1'.repeat(20)),
      `${ALPHA}.base.test.evil.test`,
      `${ALPHA}.basextest`,
    ]) {
      expect(await cell.edge.send(stranger, '/rest/v1/')).toMatchObject({ status: 404 });
    }
    expect(cell.names.asked).toEqual([]);
    expect(cell.wake.seen).toEqual([]);
  });

  test('takes each request to the project that its host names', async () => {
    expect(await cell.edge.send(hostOf(ALPHA), '/rest/v1/t?select=a%2Cb&x=%0A')).toMatchObject({
      status: 200,
      body: 'alpha',
    });
    expect(await cell.edge.send(hostOf(BETA).toUpperCase(), '/auth/v1/%2e%2e//health')).toMatchObject({
      body: 'beta',
    });
    expect(cell.alpha.seen).toMatchObject([{ method: 'GET', url: '/rest/v1/t?select=a%2Cb&x=%0A' }]);
    expect(cell.beta.seen).toMatchObject([
      { url: '/auth/v1/%2e%2e//health', headers: { host: hostOf(BETA) } },
    ]);
    const posted = await cell.edge.send(hostOf(ALPHA), '/rest/v1/t', { method: 'POST', body: '{"a":1}' });
    expect(posted.status).toBe(200);
    expect(cell.alpha.seen.at(-1)).toMatchObject({ method: 'POST', body: '{"a":1}' });
  });

  test('passes a WebSocket through, both ways', async () => {
    const server = new WebSocketServer({ server: cell.alpha.server });
    server.on('connection', (socket) =>
      socket.on('message', (data, binary) => socket.send(data, { binary })),
    );
    const url = `ws://127.0.0.1:${cell.edge.port}/realtime/v1/websocket?apikey=${KEY}`;
    const socket = new WebSocket(url, { headers: { host: hostOf(ALPHA) } });
    await once(socket, 'open');
    socket.send(Buffer.from([0, 1, 255]));
    const [echoed] = await once(socket, 'message');
    expect(echoed).toEqual(Buffer.from([0, 1, 255]));
    socket.close();
    await once(socket, 'close');
    server.close();
    await until(() => cell.edge.log().some((line) => JSON.stringify(line).includes('"service":"realtime"')));
  });

  test('passes an event stream on before it ends', async () => {
    const socket = connect(cell.edge.port, '127.0.0.1');
    socket.write(`GET /functions/v1/events HTTP/1.1\r\nhost: ${hostOf(ALPHA)}\r\n\r\n`);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    await until(() => received.includes('data: 1'), 1.5);
    await cell.edge.send(hostOf(ALPHA), '/functions/v1/more');
    await until(() => received.includes('data: 2'), 1.5);
    socket.destroy();
  });
  test('reaches the task that answers when another of the same project does not', async () => {
    const deployed = 'e'.repeat(20);
    cell.names.records.set(nameOf(deployed), ['127.0.0.99', '127.0.0.3']);
    for (let turn = 0; turn < 4; turn += 1) {
      expect(await cell.edge.send(hostOf(deployed), '/rest/v1/t')).toMatchObject({
        status: 200,
        body: 'beta',
      });
    }
    expect(cell.wake.seen).toEqual([]);
  });

  test('says itself where a request came from, and drops what the client claims', async () => {
    await cell.edge.send(hostOf(ALPHA), '/rest/v1/t', {
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
    const headers = cell.alpha.seen[0]?.headers;
    expect(headers).toMatchObject({
      host: hostOf(ALPHA),
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': hostOf(ALPHA),
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-real-ip': '203.0.113.9',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      apikey: KEY,
    });
    expect(JSON.stringify(headers)).not.toMatch(/evil|6\.6\.6\.6|forged/);
  });

  test('refuses a body that is too large', async () => {
    const whole = await cell.edge.send(hostOf(ALPHA), '/storage/v1/object/b/k', {
      method: 'POST',
      body: 'x'.repeat(65_537),
    });
    expect(whole).toMatchObject({ status: 413, body: expect.stringContaining('payload_too_large') });
    expect(
      await cell.edge.send(hostOf(ALPHA), '/storage/v1/object/b/k', {
        method: 'POST',
        body: 'x'.repeat(65_536),
      }),
    ).toMatchObject({ status: 200 });
  });

  test('writes one line a request, with what the meter needs and no key', async () => {
    const answer = await cell.edge.send(hostOf(ALPHA), `/storage/v1/object?apikey=${KEY}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: 'four',
    });
    expect(await cell.lineOf(answer)).toEqual({
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
    const strange = await cell.edge.send(hostOf(PAUSED), `/${KEY}/x`);
    expect(await cell.lineOf(strange)).toMatchObject({
      service: 'other',
      outcome: 'wake',
      status: 503,
    });
    const metrics = await cell.edge.send(hostOf(ALPHA), '/metrics?x=1');
    expect(await cell.lineOf(metrics)).toMatchObject({ service: 'own', outcome: 'project', status: 200 });
    const broken = await cell.edge.send(hostOf(ALPHA), '/rest/v1/broken');
    expect(await cell.lineOf(broken)).toMatchObject({
      service: 'rest',
      outcome: 'broke',
      status: 502,
    });
    const at = new Date();
    const lines = cell.edge.stdout().split('\n').filter(Boolean);
    const read = readEdgeLines(
      lines.map((text) => ({ at, text })),
      at,
    );
    expect(read.unreadable).toBe(0);
    expect(cell.edge.stdout()).not.toContain(KEY);
    expect(cell.edge.stderr()).toBe('');
  });
});
