import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, freePort } from './cloud.ts';

const localSchema = z.object({ ca_cert: z.string() });

function get(port: number, host: string, path: string, headers: Record<string, string>, ca: Buffer) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, servername: host, path, headers: { host, ...headers }, ca },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

it('serves projects and the API over HTTPS, to whoever trusts the local authority', async () => {
  const port = await freePort();
  const cloud = await Cloud.start({ BASEPLANE_TLS_PORT: String(port) });
  const local = localSchema.parse(JSON.parse(readFileSync(join(cloud.home, 'local.json'), 'utf8')));
  const ca = readFileSync(local.ca_cert);
  const { ref, keys } = await cloud.healthy('secure');
  const project = await get(port, `${ref}.localhost`, '/auth/v1/health', { apikey: keys.anon }, ca);
  expect(project).toMatchObject({ status: 200, body: expect.stringContaining('GoTrue') });
  const authorization = `Bearer ${cloud.local.access_token}`;
  const api = await get(port, 'localhost', `/v1/projects/${ref}`, { authorization }, ca);
  expect(api).toMatchObject({ status: 200, body: expect.stringContaining('"secure"') });
  await cloud.destroy();
});
