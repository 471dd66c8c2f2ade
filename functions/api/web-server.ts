import type { Received, Serve } from './http.ts';

/** What a `Request` does not tell, for only the server that took the connection knows it. */
export type Connection = Pick<Received, 'ip' | 'requestId'>;

/** Serves where requests come and go in the web's own objects. */
export async function serveWeb(request: Request, connection: Connection, serve: Serve): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { status, headers, body } = await serve({
    ...connection,
    method: request.method,
    path: pathname,
    query: search,
    header: (name) => request.headers.get(name) ?? undefined,
    body: request.body ?? [],
  });
  return new Response(request.method === 'HEAD' ? null : body, { status, headers });
}
