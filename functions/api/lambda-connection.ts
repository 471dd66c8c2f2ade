import { Hono } from 'hono';
import { type LambdaEvent, handle } from 'hono/aws-lambda';
import { z } from 'zod';
import type { Connection } from './web-server.ts';

/** What API Gateway itself says of a request; any header may have been made up by the client. */
const eventSchema = z.object({
  requestContext: z.object({ requestId: z.string(), http: z.object({ sourceIp: z.string() }) }),
});

type Fetch = (request: Request, connection: Required<Connection>) => Response | Promise<Response>;

/** A handler of an HTTP API's events, payload version 2.0. */
export function lambdaHandler(fetch: Fetch) {
  const gateway = new Hono<{ Bindings: { readonly event: LambdaEvent } }>();
  gateway.all('*', (c) => {
    const { requestContext } = eventSchema.parse(c.env.event);
    return fetch(c.req.raw, { ip: requestContext.http.sourceIp, requestId: requestContext.requestId });
  });
  return handle(gateway);
}
