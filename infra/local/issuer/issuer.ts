import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Mail } from '../../../functions/core/kernel/notifier.port.ts';
import type { LocalCloud } from '../../../functions/runtime/compose-local.ts';
import { accountPage, changePassword, leaveEverywhere } from './account.ts';
import { Attempts } from './attempts.ts';
import { type Desk, EXPIRED, type Handler } from './desk.ts';
import { outboxPage } from './outbox.ts';
import { notice } from './pages.ts';
import { type Embedded, type Keys, handOver, makeProvider } from './provider.ts';
import { forgotten, forgottenPage, reset, resetPage } from './recovery.ts';
import { signIn, signInPage } from './sign-in.ts';
import { confirm, confirmPage, sentPage, signUp, signUpPage } from './sign-up.ts';
import { PAGE_HEADERS, answer, isForeign, readForm, show } from './visit.ts';

interface Route {
  readonly path: RegExp;
  readonly GET?: Handler;
  readonly POST?: Handler;
}

const INTERACTION = String.raw`^/oidc/interaction/(?<uid>[\w-]{1,64})`;
const below = (rest: string) => new RegExp(`${INTERACTION}${rest}$`);

/** The pages for people. Everything else below `/oidc` is the protocol’s. */
const ROUTES: readonly Route[] = [
  { path: below(''), GET: signInPage, POST: signIn },
  { path: below('/sign-up'), GET: signUpPage, POST: signUp },
  { path: below('/sent'), GET: sentPage },
  { path: below('/outbox'), GET: outboxPage },
  { path: below('/confirm/(?<token>[0-9a-f]{64})'), GET: confirmPage, POST: confirm },
  { path: below('/forgotten'), GET: forgottenPage, POST: forgotten },
  { path: below('/reset/(?<token>[0-9a-f]{64})'), GET: resetPage, POST: reset },
  { path: /^\/oidc\/account$/, GET: accountPage },
  { path: /^\/oidc\/account\/password$/, POST: changePassword },
  { path: /^\/oidc\/account\/sign-out-everywhere$/, POST: leaveEverywhere },
];

const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '/oidc/style.css': { name: 'style.css', type: 'text/css; charset=utf-8' },
  '/oidc/send.js': { name: 'send.js', type: 'text/javascript; charset=utf-8' },
};

export interface Issuer {
  /** Answers a request below `/oidc`. */
  serve(request: IncomingMessage, response: ServerResponse, address: string): Promise<void>;
}

/** Who signs people in where nobody else does. */
export function createIssuer(cloud: LocalCloud, embedded: Embedded): Issuer {
  const { ports, log } = cloud;
  const { origin, host } = new URL(embedded.issuer.issuer);
  const attempts = new Attempts(ports);
  let made: { readonly keys: Keys; readonly provider: Provider } | undefined;

  const send = (mail: Mail) => ports.notifier.send(`issuer-${randomUUID()}`, mail);
  const later: Desk['later'] = (work) => {
    setImmediate(() => void work().catch((error: unknown) => log.error('a mail was not sent', error)));
  };

  /** The provider signs with the keys that it was made with, so another one is made when they are others. */
  async function current() {
    const keys = await embedded.signingKeys.current();
    if (made?.keys.jwks[0]?.kid !== keys.jwks[0]?.kid || made === undefined) {
      const provider = makeProvider(embedded, keys);
      provider.on('server_error', (_, error) => log.error('the issuer failed', error));
      made = { keys, provider };
    }
    return made;
  }

  async function page(
    route: Route,
    params: Readonly<Record<string, string>>,
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
  ) {
    const { keys, provider } = await current();
    const [formKey = ''] = keys.cookies;
    const { outbox, clock } = ports;
    const desk: Desk = { embedded, provider, attempts, outbox, clock, formKey, send, later };
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const visit = { request, response, params, address, form: new URLSearchParams() };
    if (method === 'GET' && route.GET !== undefined) return answer(response, await route.GET(visit, desk));
    if (method !== 'POST' || route.POST === undefined) return answer(response, NOT_HERE);
    const form = isForeign(request, origin) ? undefined : await readForm(request);
    return answer(response, form === undefined ? EXPIRED : await route.POST({ ...visit, form }, desk));
  }

  async function serve(request: IncomingMessage, response: ServerResponse, address: string): Promise<void> {
    const { url = '/oidc' } = request;
    const [path = ''] = url.split('?', 1);
    const file = FILES[path];
    if (file !== undefined) return sendFile(file, request, response);
    const matched = ROUTES.map((route) => ({ route, match: route.path.exec(path) })).find(
      ({ match }) => match,
    );
    // Cookies and links are for one name of this machine, and a page under another name learns nothing.
    if (request.headers.host !== host && (matched !== undefined || path === '/oidc/auth')) {
      return answer(response, { kind: 'redirect', to: `${origin}${url}` });
    }
    request.headers.host = host;
    if (matched !== undefined) {
      return page(matched.route, { ...matched.match?.groups }, request, response, address);
    }
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    handOver((await current()).provider, request, response);
  }

  return {
    async serve(request, response, address) {
      try {
        await serve(request, response, address);
      } catch (error) {
        log.error('the issuer failed', error);
        if (response.headersSent) response.destroy();
        else answer(response, BROKEN);
      }
    },
  };
}

const NOT_HERE = show(
  notice('There is nothing here', 'The address is not right.', { to: '/', label: 'To the dashboard' }),
  404,
);

const BROKEN = show(
  notice('Something went wrong', 'Try again; the reason is in the log of the control plane.', {
    to: '/',
    label: 'To the dashboard',
  }),
  500,
);

const contents = new Map<string, { readonly body: Buffer; readonly etag: string }>();

function sendFile(
  { name, type }: { name: string; type: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  let content = contents.get(name);
  if (content === undefined) {
    const body = readFileSync(new URL(name, import.meta.url));
    content = { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
    contents.set(name, content);
  }
  const { body, etag } = content;
  response.setHeader('content-type', type).setHeader('etag', etag);
  response.setHeader('cache-control', 'no-cache').setHeader('x-content-type-options', 'nosniff');
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else
    response
      .writeHead(200, { 'content-length': body.length })
      .end(request.method === 'HEAD' ? undefined : body);
}
