export type Answer = (request: Request) => Promise<Response>;

/** A request to Auth with its body read, as far as it is a JSON object. */
export interface Exchange {
  readonly method: string;
  /** Path below the service's prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: Request;
}

/** Something done before, after or instead of lite's own handling of an exchange. */
export type Step = (exchange: Exchange, next: (exchange: Exchange) => Promise<Response>) => Promise<Response>;

export async function readExchange(request: Request, prefix: string): Promise<Exchange> {
  const url = new URL(request.url);
  const body = parseObject(await request.clone().text());
  return {
    method: request.method,
    path: url.pathname.slice(prefix.length),
    query: url.searchParams,
    body,
    request,
  };
}

/** The same exchange with other fields in its body. */
export function withBody(exchange: Exchange, changes: Readonly<Record<string, unknown>>): Exchange {
  const body = { ...exchange.body, ...changes };
  const { request } = exchange;
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  return {
    ...exchange,
    body,
    request: new Request(request.url, { method: request.method, headers, body: JSON.stringify(body) }),
  };
}

export function withQuery(exchange: Exchange, changes: Readonly<Record<string, string>>): Exchange {
  const url = new URL(exchange.request.url);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return {
    ...exchange,
    query: url.searchParams,
    request: new Request(url, { headers: exchange.request.headers }),
  };
}

/** GoTrue's form of an error. */
export function authError(status: number, code: string, message: string): Response {
  return Response.json(
    { code: status, error_code: code, msg: message },
    { status, headers: { 'x-sb-error-code': code } },
  );
}

export function textField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    // lite reads the same text and says what is wrong with it.
    return {};
  }
}
