import type { ServerResponse } from 'node:http';
import { createAuthority } from './certificate.ts';
import { startNameServer } from './name-server.ts';
import { freePort, startEdge, until } from './nginx.ts';
import { startUpstream } from './upstream.ts';

export const ALPHA = 'a'.repeat(20);
export const BETA = 'b'.repeat(20);
/** Has no address, and the wake route says that it is being woken. So have all refs that are not named here. */
export const PAUSED = 'p'.repeat(20);
export const UNKNOWN = 'u'.repeat(20);
/** Comes up while the wake route holds its request. */
export const WOKEN = 'w'.repeat(20);
/** The wake route takes it for running, though it has no address. */
export const MISTAKEN = 'm'.repeat(20);
/** The wake route breaks off when it is asked for it. */
export const UNWAKEABLE = 'd'.repeat(20);

/** The wake route says that its plan has no more for it. */
export const RESTRICTED = 'q'.repeat(20);

export const hostOf = (ref: string) => `${ref}.base.test`;
export const nameOf = (ref: string) => `${ref}.cell-one.internal`;
export const KEY = 'sb_secret_neverlogged';
export const WAKE_HOST = 'wake.base.test';

/** An edge with all that is around it: two projects that run, a wake route, and the DNS server that knows them. */
export async function startLittleCell() {
  const stack = new AsyncDisposableStack();
  const names = stack.use(await startNameServer());
  const authority = stack.use(await createAuthority(WAKE_HOST));
  const projectPort = await freePort('127.0.0.2');
  let events: ServerResponse | undefined;
  const alpha = stack.use(
    await startUpstream({ address: '127.0.0.2', port: projectPort }, (request, response) => {
      if (request.url === '/rest/v1/broken') response.socket?.destroy();
      else if (request.url.startsWith('/rest/v1/mute')) response.socket?.pause();
      else if (request.url === '/rest/v1/elsewhere')
        response.writeHead(200, { 'x-accel-redirect': '@asleep' }).end('alpha');
      else if (request.url === '/rest/v1/own-error') response.writeHead(502).end('the project says so');
      else if (request.url === '/functions/v1/events') {
        events = response;
        response.write('data: 1\n\n');
      } else if (request.url === '/functions/v1/more') {
        events?.write('data: 2\n\n');
        response.end();
      } else response.end('alpha');
    }),
  );
  const beta = stack.use(
    await startUpstream({ address: '127.0.0.3', port: projectPort }, (_request, response) => {
      response.end('beta');
    }),
  );
  const wake = stack.use(
    await startUpstream({ address: '127.0.0.1', port: 0 }, (request, response) => {
      const ref = request.url.slice('/wake/'.length);
      if (ref === UNWAKEABLE) response.socket?.destroy();
      else if (ref === MISTAKEN) response.writeHead(503, { 'x-accel-redirect': '@woken' }).end('waking');
      else if (ref === WOKEN) {
        names.records.set(nameOf(WOKEN), ['127.0.0.3']);
        response.writeHead(503, { 'retry-after': '1', 'x-accel-redirect': '@woken' }).end('waking');
      } else if (ref === RESTRICTED) response.writeHead(402).end('{"message":"used up"}');
      else if (ref === UNKNOWN) response.writeHead(404).end('{"message":"unknown"}');
      else response.writeHead(503, { 'retry-after': '3' }).end('{"message":"waking"}');
    }),
  );
  const edge = stack.use(
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
  return {
    names,
    authority,
    alpha,
    beta,
    wake,
    edge,
    reset() {
      names.records.clear();
      names.records.set(nameOf(ALPHA), ['127.0.0.2']);
      names.records.set(nameOf(BETA), ['127.0.0.3']);
      for (const upstream of [alpha, beta, wake]) upstream.seen.length = 0;
    },
    /** The access log's line of a request, by the id that its answer carries. */
    async lineOf(answer: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }) {
      const id = String(answer.headers['x-request-id']);
      const line = () => edge.log().find((entry) => JSON.stringify(entry).includes(`"${id}"`));
      await until(() => line() !== undefined);
      return line();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
