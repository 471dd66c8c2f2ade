import type { Caller } from '../gateway/caller.ts';
import type { RequestHead } from '../server/service.ts';
import { formOf } from './forms.ts';
import type { DatabaseSchema } from './introspection.ts';
import { keepTexts } from './plain-query.ts';
import { planWishOf } from './plans.ts';
import type { RequestScope } from './request-scope.ts';

/** A request as it came, read once, to be put to lite as often as the schema turns out to be another. */
export interface Incoming {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: ArrayBuffer | undefined;
  readonly caller: Caller;
  readonly schema: string;
  /** Path below the service's prefix. */
  readonly path: string;
}

export interface Where {
  readonly prefix: string;
  readonly defaultSchema: string;
}

export async function readIncoming(request: Request, caller: Caller, where: Where): Promise<Incoming> {
  const { method, headers } = request;
  const body = request.body === null ? undefined : await request.arrayBuffer();
  return { ...incomingHead({ method, headers, url: new URL(request.url) }, caller, where), body };
}

export function incomingHead(
  { url, method, headers }: RequestHead,
  caller: Caller,
  { prefix, defaultSchema }: Where,
): Incoming {
  return {
    url,
    method,
    headers,
    body: undefined,
    caller,
    schema: headers.get(profileHeader(method)) ?? defaultSchema,
    path: url.pathname.slice(prefix.length),
  };
}

export function scopeOf(incoming: Incoming, known: DatabaseSchema): RequestScope {
  const { caller, method, path, headers, schema, body } = incoming;
  const accept = headers.get('accept');
  return {
    caller,
    method,
    path,
    headers: Object.fromEntries(headers),
    body: body !== undefined && bringsJson(headers) ? new TextDecoder().decode(body) : '',
    schema,
    known,
    wishes: { form: formOf(accept), plan: planWishOf(accept) },
    found: {},
  };
}

/** Without what lite would guess at: the schema, if none is named, and the types of texts; nor forms it lacks. */
export function plainRequest({ url, method, headers, body }: Incoming, scope: RequestScope): Request {
  const names = argumentNames(scope);
  const plain = new Headers(headers);
  plain.set(profileHeader(method), scope.schema);
  if (scope.wishes.form !== undefined || scope.wishes.plan !== undefined)
    plain.set('accept', 'application/json');
  return new Request(
    keepTexts(url, (name) => names.has(name)),
    {
      // lite cannot call functions by HEAD.
      method: method === 'HEAD' && scope.path.startsWith('/rpc/') ? 'GET' : method,
      headers: plain,
      ...(body === undefined ? {} : { body }),
    },
  );
}

/** Of rows of a table or view. */
export function isRead({ method, path }: Pick<Incoming, 'method' | 'path'>): boolean {
  return (method === 'GET' || method === 'HEAD') && !path.startsWith('/rpc/');
}

/** Where the rows of an answer are found again: what was asked for, in an order of its own. */
export function locationOf({ path, url }: Pick<Incoming, 'path' | 'url'>): string {
  const query = new URLSearchParams(url.search);
  query.sort();
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function profileHeader(method: string): 'accept-profile' | 'content-profile' {
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return reads ? 'accept-profile' : 'content-profile';
}

function argumentNames({ known, schema, method, path }: RequestScope): ReadonlySet<string> {
  const [, called] = /^\/rpc\/([^/]+)$/.exec(path) ?? [];
  if (called === undefined || (method !== 'GET' && method !== 'HEAD')) return new Set();
  const functions = known.schemas.get(schema)?.functions?.filter(({ name }) => name === called);
  return new Set(functions?.flatMap((candidate) => candidate.arg_names));
}

function bringsJson(headers: Headers): boolean {
  return !/csv|form|octet|text/.test(headers.get('content-type') ?? '');
}
