import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { bodyOf } from './fixture.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly text: string;
  readonly json: () => unknown;
}

export interface Ask {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

/** `fetch` cannot name a Host of its own. */
export async function ask({
  port,
  host,
  path = '/',
  method = 'GET',
  headers = {},
  body,
}: Ask): Promise<Answer> {
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: { ...headers, host },
    agent: false as const,
  };
  const outgoing = request(options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.end(body);
  const incoming = await answered;
  const text = (await bodyOf(incoming)).toString();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    trailers: incoming.trailers,
    text,
    json: (): unknown => JSON.parse(text),
  };
}
