import type { Serve } from '../../functions/api/http.ts';
import { type Connection, serveWeb } from '../../functions/api/web-server.ts';

/** Asks what serves for a path, as a client would that has the address of `connection`. */
export const ask = (
  serve: Serve,
  path: string,
  init: RequestInit,
  connection: Connection,
): Promise<Response> => serveWeb(new Request(`http://localhost${path}`, init), connection, serve);
