import { createServer } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const requestSchema = z.object({
  method: z.string(),
  params: z.tuple([z.looseObject({ bundle: z.string().optional() })]),
});

/** What of SST's own program its components ask, as far as ours do. */
const ANSWERS: Readonly<Record<string, (given: { readonly bundle?: string | undefined }) => object>> = {
  'Provider.Aws.Bootstrap': () => ({ asset: 'sst-asset', state: 'sst-state' }),
  'Runtime.Build': ({ bundle }) => ({ handler: 'index.handler', out: bundle, errors: [], sourcemaps: [] }),
};

/** Stands for the server that SST's program runs beside a deployment. */
export async function startRpcServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { method, params } = requestSchema.parse(body);
      const answer = ANSWERS[method];
      response.end(
        JSON.stringify(answer ? { result: answer(params[0]) } : { error: `rpc: can't find ${method}` }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
