import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxConf, startNginx } from '../../infra/cell/edge/nginx-conf.ts';
import type { EdgeSettings } from '../../infra/cell/edge/nginx-conf.ts';

export function nginxIsInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

export async function freePort(address = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('No port was given.');
  return bound.port;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Fixed = 'port' | 'runDirectory' | 'accessLog' | 'maxBody' | 'dnsSeconds' | 'projectSeconds';

/** The container runs as nobody in particular; so does a test that was started as root. */
const NOBODY = 65534;

/** Runs the edge's nginx as its container does, but for where it listens and writes. */
export async function startEdge(settings: Omit<EdgeSettings, Fixed>) {
  const directory = await mkdtemp(join(tmpdir(), 'baseplane-edge-'));
  const port = await freePort();
  const conf = nginxConf({
    ...settings,
    port,
    dnsSeconds: 1,
    projectSeconds: 2,
    maxBody: '64k',
    runDirectory: directory,
    accessLog: '/dev/stdout',
  });
  const [command, ...args] = startNginx(directory);
  const out = join(directory, 'stdout');
  const err = join(directory, 'stderr');
  const files = [openSync(out, 'a'), openSync(err, 'a')] as const;
  const asRoot = process.getuid?.() === 0;
  if (asRoot) for (const path of [directory, out, err]) chownSync(path, NOBODY, NOBODY);
  const nginx = spawn(command, args, {
    stdio: ['ignore', ...files],
    env: { PATH: `${process.env['PATH']}:/usr/sbin`, NGINX_CONF: conf },
    ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const ended = once(nginx, 'exit');

  const send = (
    host: string,
    path: string,
    options: {
      readonly method?: string;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: string;
    } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const call = request(
        { port, method, path, headers: { ...headers, host }, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      call.on('error', reject);
      call.end(body);
    });

  const edge = {
    port,
    send,
    stderr: () => readFileSync(err, 'utf8'),
    stdout: () => readFileSync(out, 'utf8'),
    log: (): unknown[] =>
      readFileSync(out, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true });
    },
  };

  const answers = async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${edge.stderr()}`);
    try {
      return (await send('health', '/healthz')).status === 200;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
      throw error;
    }
  };
  try {
    await until(answers);
  } catch (error) {
    await edge[Symbol.asyncDispose]();
    throw error;
  }
  return edge;
}

/** Asks again until it holds, for at most `seconds`. */
export async function until(holds: () => Promise<boolean> | boolean, seconds = 10): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not so within ${seconds} s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
