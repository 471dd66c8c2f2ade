import { request } from 'node:http';
import { z } from 'zod';
import { codeOf } from './failures.ts';

const TIMEOUT_MS = 3000;
const MAX_BYTES = 64 * 1024;

const healthSchema = z.object({
  services: z.record(
    z.string(),
    z.discriminatedUnion('healthy', [
      z.object({ healthy: z.literal(true) }),
      z.object({ healthy: z.literal(false), error: z.string() }),
    ]),
  ),
});

export type LightHealth = z.infer<typeof healthSchema>['services'];

/** Asks a light process how its services fare; undefined while it does not listen yet. */
export async function askHealth(socketPath: string): Promise<LightHealth | undefined> {
  try {
    return healthSchema.parse(JSON.parse(await get(socketPath, '/health'))).services;
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath, path, timeout: TIMEOUT_MS, headers: { host: 'localhost' } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > MAX_BYTES) call.destroy(new Error('the answer to the health check is too large'));
        });
        answer.on('end', () => resolve(body));
        answer.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer to the health check in ${TIMEOUT_MS} ms`)));
    call.on('error', reject);
    call.end();
  });
}
