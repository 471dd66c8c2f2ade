import { type Context, Hono } from 'hono';
import { ERROR_STATUS, type ErrorBody } from '../contract/errors.ts';
import { OPERATIONS } from '../contract/index.ts';
import { openApi } from '../contract/openapi.ts';
import { FORM_TYPE } from '../contract/operation.ts';
import { type DomainError, PortError, TransientError } from '../core/kernel/errors.ts';
import { newUuid } from '../core/kernel/ids.ts';
import { Admission } from './admission.ts';
import type { ApiPorts } from './call.ts';
import { DOCS_HEADERS, docsPage } from './docs-page.ts';
import { mediaTypeOf, readForm } from './read-form.ts';
import { readJson } from './read-json.ts';
import { writeForm } from './write-form.ts';
import { type ApiRequest, queryOf } from './request.ts';
import { ROUTES } from './routes.ts';

/** What only the server that took the connection knows. */
export interface Connection {
  readonly ip: string;
  /** Where that server has given the request an id already. */
  readonly requestId?: string;
}

type Env = { Bindings: Connection; Variables: { requestId: string } };

/** The HTTP entry: one place that turns requests into calls and errors into answers. */
export function createApp(ports: ApiPorts): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    const id = c.env.requestId ?? newUuid(ports.random);
    c.set('requestId', id);
    c.header('x-request-id', id);
    c.header('cache-control', 'no-store');
    await next();
  });
  const admission = new Admission(ports);
  for (const route of ROUTES) {
    const { method, path, status, answersForm } = route.operation;
    app.on(method, honoPath(path), async (c) => {
      const result = await route.serve(requestOf(c, admission), ports);
      if (!result.ok) return render(c, result.error);
      if (result.value === undefined || status === 204) return c.body(null, status);
      if (answersForm && c.req.header('accept')?.includes(FORM_TYPE)) {
        const { headers, body } = writeForm(result.value);
        return c.body(body, { status, headers });
      }
      return c.body(JSON.stringify(result.value), status, { 'content-type': 'application/json' });
    });
  }
  for (const path of new Set(ROUTES.map((route) => route.operation.path))) {
    const allowed = ROUTES.filter((route) => route.operation.path === path).map(
      (route) => route.operation.method,
    );
    app.all(honoPath(path), (c) => {
      c.header('allow', allowed.join(', '));
      return render(c, { code: 'method_not_allowed', message: `${c.req.method} is not possible here.` });
    });
  }
  app.get('/docs', (c) => c.html(docsPage(openApi(OPERATIONS)), 200, DOCS_HEADERS));
  app.notFound((c) => render(c, { code: 'not_found', message: `There is nothing at ${c.req.path}.` }));
  app.onError((error, c) => render(c, outage(error, c, ports)));
  return app;
}

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

function requestOf(c: Context<Env>, admission: Admission): ApiRequest {
  const asking = {
    authorization: c.req.header('authorization'),
    ip: c.env.ip,
    id: c.get('requestId'),
    answerHeader: (name: string, value: string) => c.header(name, value),
  };
  return {
    ...asking,
    path: c.req.param(),
    query: queryOf(new URL(c.req.url).searchParams),
    idempotencyKey: c.req.header('idempotency-key'),
    caller: () => admission.caller(asking),
    stranger: () => admission.stranger(asking),
    json: (maxBytes) => readJson(c.req.raw, maxBytes),
    form: (form, maxBytes) => readForm(c.req.raw, form, maxBytes),
    contentType: mediaTypeOf(c.req.header('content-type')),
  };
}

function render(c: Context<Env>, error: DomainError): Response {
  const { code, message, field, suggestion } = error;
  const body: ErrorBody = {
    message,
    code,
    ...(field === undefined ? {} : { field }),
    ...(suggestion === undefined ? {} : { suggestion }),
    request_id: c.get('requestId'),
  };
  if (code === 'unauthorized') c.header('www-authenticate', 'Bearer');
  return c.json(body, ERROR_STATUS[code]);
}

/** An exception is a bug or an outage. Only what ports say for people to read is shown. */
function outage(error: Error, c: Context<Env>, ports: ApiPorts): DomainError {
  ports.log.error('request failed', error, { request_id: c.get('requestId'), path: c.req.path });
  if (error instanceof TransientError)
    return { code: 'unavailable', message: error.message, suggestion: 'Try again.' };
  if (error instanceof PortError) {
    const { message, suggestion } = error;
    return { code: 'unavailable', message, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  return {
    code: 'internal',
    message: 'Something went wrong on our side.',
    suggestion: 'Try again; if it happens again, look for the request_id in the log.',
  };
}
