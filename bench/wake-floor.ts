import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newProjectRef } from '../functions/core/kernel/ids.ts';
import { newProjectSecret } from '../functions/core/project/project-secret.ts';
import { NODE_OPTIONS } from '../functions/drivers/local/light-process.ts';
import { systemRandom } from '../functions/runtime/system.ts';
import type { BareCluster } from './provision-floor.ts';

const MAIN = fileURLToPath(new URL('../templates/light/main.ts', import.meta.url));

/** Milliseconds from nothing running to the first answer: start Postgres, then the runtime, ask for its health. */
export async function startFloor(cluster: BareCluster, services: string): Promise<number> {
  const { root } = cluster;
  const ref = newProjectRef(systemRandom);
  const secret = newProjectSecret(ref, { now: new Date(), random: systemRandom });
  const socketPath = join(root, 'light.sock');
  for (const folder of ['outbox', 'storage', 'functions']) mkdirSync(join(root, folder), { recursive: true });
  const config = {
    PROJECT_REF: ref,
    API_EXTERNAL_URL: 'http://localhost',
    SITE_URL: 'http://localhost',
    JWT_SECRET: secret.jwt_secret,
    ANON_KEY: secret.anon_key,
    SERVICE_ROLE_KEY: secret.service_role_key,
    POSTGRES_HOST: root,
    POSTGRES_PASSWORD: secret.service_password,
    SERVICES: services,
    LISTEN: `unix:${socketPath}`,
    MAILER_OUTBOX: join(root, 'outbox'),
    STORAGE_PATH: join(root, 'storage'),
    FUNCTIONS_PATH: join(root, 'functions'),
  };
  const begun = performance.now();
  await cluster.start();
  const light = spawn(process.execPath, [...NODE_OPTIONS, MAIN], {
    env: {
      CONFIG_FROM: 'stdin',
      NODE_ENV: 'production',
      TZ: 'UTC',
      NODE_COMPILE_CACHE: join(root, 'compiled'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  light.stdin.write(`${JSON.stringify(config)}\n`);
  const ready = once(light.stdout, 'data');
  const died = once(light, 'exit').then(() => {
    throw new Error('the runtime did not start');
  });
  await Promise.race([ready, died]);
  await healthy(socketPath);
  const took = performance.now() - begun;
  light.kill('SIGTERM');
  await died.catch(() => {});
  await cluster.stop();
  return took;
}

async function healthy(socketPath: string): Promise<void> {
  const asked = request({ socketPath, path: '/health', headers: { host: 'localhost' } });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`the runtime is not healthy: ${answer.statusCode}`);
}
