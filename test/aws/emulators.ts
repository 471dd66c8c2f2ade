import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/aws-emulators', import.meta.url));
const READY_WITHIN_MS = 60_000;

/** As many test files at once, each with a moto of its own: it is one process that does one thing at a time. */
export const WORKERS = 2;

/** How to start each emulator, and the variable in which the tests find its address, or those of all of them. */
const EMULATORS = [
  {
    variable: 'MOTO_URLS',
    count: WORKERS,
    command: 'python',
    args: (port: number) => [fileURLToPath(new URL('serial_moto.py', import.meta.url)), `${port}`],
    env: () => ({}),
  },
  {
    variable: 'MINISTACK_URL',
    count: 1,
    command: 'ministack',
    args: () => [],
    env: (port: number) => ({
      GATEWAY_PORT: `${port}`,
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      MINISTACK_ACCOUNT_ID: '123456789012',
      MINISTACK_REGION: 'eu-central-1',
      SERVICES: 'dynamodb,iam,lambda,sts,states',
      // What a workflow waits for has happened by the next look.
      SFN_WAIT_SCALE: '0',
      // Its functions run with the Node that runs the tests.
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    }),
  },
];

export interface RunningEmulators {
  /** For the environment of the tests. */
  readonly addresses: { readonly [variable: string]: string };
  stop(): Promise<void>;
}

/** A virtual environment per list of requirements, made once. */
export async function installEmulators(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(CACHE, digest);
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    console.log('Installing the AWS emulators, once …');
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--requirement', REQUIREMENTS]);
    writeFileSync(done, '');
  }
  return join(folder, 'bin');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no free port');
  return address.port;
}

async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && !hasEnded()) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not begin to answer`);
}

export async function startEmulators(bin: string, env: NodeJS.ProcessEnv): Promise<RunningEmulators> {
  const started: { readonly variable: string; readonly url: string; readonly child: ChildProcess }[] = [];
  const stop = async (): Promise<void> => {
    for (const { child } of started) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  };
  try {
    for (const { variable, command, args, env: settings } of EMULATORS.flatMap(copies)) {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const options = { env: { ...env, ...settings(port) }, stdio: 'ignore' } as const;
      started.push({ variable, url, child: spawn(join(bin, command), args(port), options) });
    }
    await Promise.all(started.map(({ url, child }) => untilItAnswers(url, () => child.exitCode !== null)));
  } catch (error) {
    await stop();
    throw error;
  }
  const all = Map.groupBy(started, ({ variable }) => variable);
  const addresses = [...all].map(([variable, each]) => [variable, each.map(({ url }) => url).join(' ')]);
  return { addresses: Object.fromEntries(addresses), stop };
}

const copies = (emulator: (typeof EMULATORS)[number]) =>
  Array.from({ length: emulator.count }, () => emulator);

/** Where an emulator is, for the tests. */
export function addressOf(variable: 'MOTO_URL' | 'MINISTACK_URL'): string {
  const address = process.env[variable];
  if (address !== undefined) return address;
  throw new Error('Run these tests with npm run test:aws, which starts the emulators.');
}
