import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { undeclared } from '../api/declared.ts';
import { keepMade, madeOnce, newHome } from '../made-once.ts';

const ROOT = new URL('../../', import.meta.url);
const { scripts } = z
  .object({ scripts: z.object({ start: z.string() }) })
  .parse(JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')));

/** What `npm start` gives to Node, which must be run in the repository's folder then. */
export const START: readonly string[] = scripts.start.replace(/^exec node /, '').split(' ');
export const START_IN = fileURLToPath(ROOT);
/** Two seconds, on a machine that has nothing else to do. */
const READY_WITHIN_MS = 120_000;
const POLL_MS = 25;

/** What V8 makes of the program's code, which is a quarter of the time that it takes to start. */
const compiled = (): string =>
  madeOnce(`compiled-cloud-${process.version}`, (NODE_COMPILE_CACHE) => {
    // All of it is loaded before the setting is found to be wrong.
    const env = { BASEPLANE_PORT: 'none', NODE_COMPILE_CACHE };
    spawnSync(process.execPath, START, { cwd: START_IN, env, stdio: 'ignore' });
  });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

const projectSchema = z.object({
  ref: z.string(),
  status: z.string(),
  endpoint: z.string(),
  name: z.string(),
});
export type ProjectAnswer = z.infer<typeof projectSchema>;
const localSchema = z.object({
  api_url: z.string(),
  access_token: z.string(),
  organization_slug: z.string(),
  pid: z.number(),
});
const keysSchema = z.array(z.object({ name: z.string(), type: z.string(), api_key: z.string() }));

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Asks again until there is an answer, or fails with what was last seen. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`gave up waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The real local cloud, started as `npm start` does, with a state directory of its own. */
export class Cloud {
  readonly home: string;
  readonly port: number;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #output = '';
  #local: z.infer<typeof localSchema> | undefined;

  private constructor(home: string, port: number, env: Readonly<Record<string, string>>) {
    this.home = home;
    this.port = port;
    this.#env = env;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Cloud> {
    const given = env['BASEPLANE_HOME'];
    const home = given ?? newHome();
    // Open to pass through, so that the databases are below it even where the tests run as root.
    mkdirSync(home, { recursive: true });
    chmodSync(home, 0o711);
    const cloud = new Cloud(home, Number(env['BASEPLANE_PORT'] ?? (await freePort())), env);
    await cloud.launch();
    if (given === undefined) keepMade(home);
    return cloud;
  }

  /** Everything it has printed since it was created, over all its lives. */
  get output(): string {
    return this.#output;
  }

  get url(): string {
    return this.local.api_url;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get local(): z.infer<typeof localSchema> {
    if (this.#local === undefined) throw new Error('the cloud is not ready');
    return this.#local;
  }

  async launch(): Promise<void> {
    const child = spawn(process.execPath, START, {
      cwd: START_IN,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: compiled(),
        BASEPLANE_HOME: this.home,
        BASEPLANE_PORT: String(this.port),
        // What nobody asks for need not be prepared.
        BASEPLANE_POOL: '0',
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const from = this.#output.length;
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    await until(
      'the cloud to be ready',
      async () => {
        if (child.exitCode !== null)
          throw new Error(`it ended with ${child.exitCode}: ${this.#output.slice(from)}`);
        return this.#output.includes('Baseplane is ready', from) ? true : undefined;
      },
      READY_WITHIN_MS,
    );
    this.#local = localSchema.parse(JSON.parse(readFileSync(join(this.home, 'local.json'), 'utf8')));
  }

  /** Ends it by a signal and waits until it has ended; the exit code. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  async destroy(): Promise<void> {
    await this.end();
    rmSync(this.home, { recursive: true, force: true });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.local.access_token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? 'application/json';
    const fault = undeclared(method, path, { status: response.status, text, type });
    if (fault !== undefined) throw new Error(fault);
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? JSON.parse(text) : undefined,
    };
  }

  async create(name: string, more: object = {}): Promise<ProjectAnswer> {
    const answer = await this.call('POST', '/v1/projects', { name, ...more });
    if (answer.status !== 201) throw new Error(`create answered ${answer.status}: ${answer.text}`);
    return projectSchema.parse(answer.body);
  }

  async project(ref: string): Promise<ProjectAnswer | undefined> {
    const answer = await this.call('GET', `/v1/projects/${ref}`);
    return answer.status === 404 ? undefined : projectSchema.parse(answer.body);
  }

  /** Waits until the project has one of the statuses (`gone`: none at all), or fails with what became of it. */
  async reaches(ref: string, ...statuses: readonly string[]): Promise<void> {
    let last = '';
    const arrived = async () => {
      last = (await this.project(ref))?.status ?? 'gone';
      return statuses.includes(last) || last.endsWith('_FAILED') ? true : undefined;
    };
    const gaveUp = await until(`${ref} to be ${statuses.join(' or ')}`, arrived, 50_000).catch(
      (error: unknown) => error,
    );
    if (statuses.includes(last)) return;
    const events = await this.call('GET', `/platform/projects/${ref}/events`);
    const log = readFileSync(join(this.home, 'control-plane.log'), 'utf8').split('\n').slice(-20).join('\n');
    throw new Error(`the project is ${last}, not ${statuses.join(' or ')}\n${events.text}\n${log}`, {
      cause: gaveUp,
    });
  }

  /** A project that is up, with its keys. */
  async healthy(name: string, more: object = {}): Promise<{ ref: string; keys: Keys }> {
    const { ref } = await this.create(name, more);
    await this.reaches(ref, 'ACTIVE_HEALTHY');
    return { ref, keys: await this.keys(ref) };
  }

  async keys(ref: string): Promise<Keys> {
    const answer = await this.call('GET', `/v1/projects/${ref}/api-keys?reveal=true`);
    const rows = keysSchema.parse(answer.body);
    const of = (type: string, name: string) =>
      rows.find((row) => row.type === type && row.name === name)?.api_key ?? '';
    return {
      anon: of('legacy', 'anon'),
      serviceRole: of('legacy', 'service_role'),
      publishable: of('publishable', 'default'),
      secret: of('secret', 'default'),
    };
  }

  async sql(ref: string, query: string): Promise<unknown> {
    const answer = await this.call('POST', `/v1/projects/${ref}/database/query`, { query });
    if (answer.status !== 201) throw new Error(`query answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  client(ref: string, key: string): SupabaseClient {
    return createClient(`${this.url}/p/${ref}`, key, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    });
  }
}

export interface Keys {
  readonly anon: string;
  readonly serviceRole: string;
  readonly publishable: string;
  readonly secret: string;
}
