import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicServices } from '../../functions/drivers/aws/services.ts';
import { LocalServices } from '../../functions/drivers/local/services.ts';
import { FakeServices } from '../fakes/fake-services.ts';
import { freePort } from '../local/cloud.ts';
import { SERVED, SERVED_ANSWERS, servicesContract } from './services.contract.ts';

async function serve(
  at: { readonly path: string } | { readonly port: number; readonly host: string },
): Promise<Server> {
  const server = createServer((request, response) => {
    const asked = `${request.method === 'POST' ? 'POST ' : ''}${request.url}`;
    const { status, body } = SERVED_ANSWERS[asked]?.(String(request.headers['apikey'])) ?? {
      status: 500,
      body: `nothing at ${request.url}`,
    };
    response.writeHead(status).end(body);
  });
  server.listen(at);
  await once(server, 'listening');
  return server;
}

servicesContract('a project on this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'services-'));
  const server = await serve({ path: join(folder, 'socket') });
  return {
    services: new LocalServices((ref) => (ref === SERVED ? join(folder, 'socket') : undefined)),
    async [Symbol.asyncDispose]() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
});

servicesContract('a project at its public address', async () => {
  const [port, unused] = [await freePort(), await freePort()];
  const server = await serve({ port, host: '127.0.0.1' });
  return {
    services: new PublicServices(async (ref) => `http://127.0.0.1:${ref === SERVED ? port : unused}`),
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
});

servicesContract('a fake', async () => {
  const services = new FakeServices();
  for (const [path, answer] of Object.entries(SERVED_ANSWERS)) services.answers.set(path, answer('k'));
  return { services, [Symbol.asyncDispose]: async () => undefined };
});
