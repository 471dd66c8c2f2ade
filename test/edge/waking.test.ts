import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from './certificate.ts';
import {
  ALPHA,
  KEY,
  MISTAKEN,
  PAUSED,
  RESTRICTED,
  UNKNOWN,
  UNWAKEABLE,
  WAKE_HOST,
  WOKEN,
  hostOf,
  nameOf,
  startLittleCell,
} from './little-cell.ts';
import { nginxIsInstalled, startEdge, until } from './nginx.ts';
import { startUpstream } from './upstream.ts';

const RESUMED = 'r'.repeat(20);
const GONE = 'g'.repeat(20);
const CRASHED = 'c'.repeat(20);

describe.skipIf(!nginxIsInstalled())(
  'the edge and paused projects (skipped where nginx is not installed)',
  () => {
    let cell: Awaited<ReturnType<typeof startLittleCell>>;
    beforeAll(async () => {
      cell = await startLittleCell();
    });
    afterAll(() => cell[Symbol.asyncDispose]());
    beforeEach(() => cell.reset());

    test('lets the wake route answer for an unknown ref', async () => {
      const answer = await cell.edge.send(hostOf(UNKNOWN), '/rest/v1/t');
      expect(answer).toMatchObject({ status: 404, body: '{"message":"unknown"}' });
      expect(cell.wake.seen).toMatchObject([{ method: 'GET', url: `/wake/${UNKNOWN}` }]);
    });

    test('asks the wake route for a paused project, and the project itself as soon as it has an address', async () => {
      const asleep = await cell.edge.send(hostOf(RESUMED), '/rest/v1/t');
      expect(asleep).toMatchObject({
        status: 503,
        body: '{"message":"waking"}',
        headers: { 'retry-after': '3' },
      });
      cell.names.records.set(nameOf(RESUMED), ['127.0.0.3']);
      expect(await cell.edge.send(hostOf(RESUMED), '/rest/v1/t')).toMatchObject({
        status: 200,
        body: 'beta',
      });
    });

    test('hands a request to a project that has come up while it was held, as it was sent', async () => {
      const answer = await cell.edge.send(hostOf(WOKEN), '/rest/v1/t?select=%2A', {
        headers: { apikey: KEY, accept: 'application/json' },
      });
      expect(answer).toMatchObject({ status: 200, body: 'beta' });
      expect(answer.headers['retry-after']).toBe(undefined);
      expect(cell.beta.seen).toMatchObject([
        { method: 'GET', url: '/rest/v1/t?select=%2A', headers: { apikey: KEY, host: hostOf(WOKEN) } },
      ]);
      expect(await cell.lineOf(answer)).toMatchObject({ outcome: 'project', status: 200 });
    });

    test('hands it over once only, and no request at a project’s own word', async () => {
      const mistaken = await cell.edge.send(hostOf(MISTAKEN), '/rest/v1/t');
      expect(mistaken).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(cell.wake.seen).toHaveLength(1);
      const sent = await cell.edge.send(hostOf(ALPHA), '/rest/v1/elsewhere');
      expect(sent).toMatchObject({ status: 200, body: 'alpha' });
    });

    test('lets the wake route refuse what a plan has no more of, and counts that for the project', async () => {
      const answer = await cell.edge.send(hostOf(RESTRICTED), '/functions/v1/hello');
      expect(answer).toMatchObject({ status: 402, body: '{"message":"used up"}' });
      expect(await cell.lineOf(answer)).toMatchObject({ outcome: 'wake', service: 'functions', status: 402 });
    });

    test('tells the wake route what is asked for, and no secret', async () => {
      await cell.edge.send(hostOf(PAUSED), `/auth/v1/%0d%0ax-evil:1?apikey=${KEY}`, {
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
      const [asked] = cell.wake.seen;
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
      await cell.edge.send(hostOf(PAUSED), '/favicon.ico');
      expect(cell.wake.seen.at(-1)?.headers).toMatchObject({
        'x-baseplane-key': 'no',
        'x-baseplane-path': '/favicon.ico',
      });
    });

    test('takes a task that refuses the connection for a paused project', async () => {
      cell.names.records.set(nameOf(CRASHED), ['127.0.0.99']);
      expect(await cell.edge.send(hostOf(CRASHED), '/rest/v1/t')).toMatchObject({
        status: 503,
        body: '{"message":"waking"}',
      });
    });

    test('does not wake a project that runs but fails', async () => {
      expect(await cell.edge.send(hostOf(ALPHA), '/rest/v1/broken')).toMatchObject({
        status: 502,
        body: expect.stringContaining('bad_gateway'),
      });
      expect(await cell.edge.send(hostOf(ALPHA), '/rest/v1/mute')).toMatchObject({
        status: 504,
        body: expect.stringContaining('timeout'),
      });
      expect(await cell.edge.send(hostOf(ALPHA), '/rest/v1/own-error')).toMatchObject({
        status: 502,
        body: 'the project says so',
      });
      expect(cell.wake.seen).toEqual([]);
    });

    test('says when to come back if the wake route fails', async () => {
      const answer = await cell.edge.send(hostOf(UNWAKEABLE), '/rest/v1/t');
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'project_unreachable' });
      expect(await cell.lineOf(answer)).toMatchObject({ outcome: 'asleep', status: 503 });
    });

    test('trusts the wake route by its certificate only', async () => {
      const stranger = await createAuthority(WAKE_HOST);
      for (const [issuer, status] of [
        [cell.authority, 200],
        [stranger, 503],
      ] as const) {
        await using secure = await startUpstream(
          { address: '127.0.0.1', port: 0, tls: issuer.tls },
          (_, response) => {
            response.end('woken');
          },
        );
        cell.names.records.set(WAKE_HOST, ['127.0.0.1']);
        await using other = await startEdge({
          rootDomain: 'base.test',
          namespace: 'cell-one.internal',
          projectPort: 1,
          resolver: cell.names.address,
          wakeUrl: `https://wake.base.test:${secure.port}`,
          trustedNetwork: '10.0.0.0/16',
          certificateAuthorities: cell.authority.file,
        });
        expect(
          await other.send(hostOf(PAUSED), '/rest/v1/t', { headers: { 'x-forwarded-for': '6.6.6.6' } }),
        ).toMatchObject({ status });
        // This edge does not take loopback for its load balancer.
        if (status === 200)
          expect(secure.seen[0]?.headers).toMatchObject({
            host: expect.stringContaining(WAKE_HOST),
            'x-forwarded-for': '127.0.0.1',
          });
        else expect(secure.seen).toEqual([]);
      }
      await stranger[Symbol.asyncDispose]();
    });

    test('forgets an address within its time to live', async () => {
      // Enough for every worker of nginx, as each remembers addresses for itself.
      const several = () =>
        Promise.all(Array.from({ length: 20 }, () => cell.edge.send(hostOf(GONE), '/rest/v1/t')));
      const allSay = async (body: string) => (await several()).every((answer) => answer.body === body);
      cell.names.records.set(nameOf(GONE), ['127.0.0.2']);
      expect(await allSay('alpha')).toBe(true);
      cell.names.records.delete(nameOf(GONE));
      // The record says 300 s.
      await until(() => allSay('{"message":"waking"}'), 3);
    });
  },
);
