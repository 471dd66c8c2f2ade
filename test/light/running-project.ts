import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Caller } from '../database/callers.ts';
import { createProject, type Project } from '../database/project.ts';
import { type LightProcess, startLight } from './process.ts';

type KeySetting = 'ANON_KEY' | 'SERVICE_ROLE_KEY' | 'PUBLISHABLE_KEYS' | 'SECRET_KEYS';

export type Settings = Readonly<Record<string, string>>;

/** A project that runs: its own Postgres and the data plane in a process of its own. */
export type RunningProject = AsyncDisposable & {
  readonly url: string;
  setting(name: string): string;
  readonly light: LightProcess;
  readonly database: Project;
  /** A client with the key of this setting. */
  client(key: KeySetting): SupabaseClient;
  /** Calls an endpoint of Auth directly, as a user of this access token or as anon. */
  auth(method: string, path: string, body?: object, token?: string): Promise<Response>;
  /** A user who has just signed up, and a client that is them. */
  signUp(email: string): Promise<SignedUp>;
  mails(): Promise<string[]>;
};

type SignedUp = { client: SupabaseClient; id: string; token: string };

const Session = z.object({
  session: z.object({ access_token: z.string() }),
  user: z.object({ id: z.string() }),
});

const IN_MEMORY = { auth: { persistSession: false, autoRefreshToken: false } };

export function sign(claims: Record<string, unknown>, secret: string, expires = '10y'): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

export async function makeSettings(ref = 'abcdefghijklmnopqrst'): Promise<Settings> {
  const secret = randomBytes(32).toString('hex');
  const key = (role: string) => sign({ role, iss: 'supabase', ref }, secret);
  return {
    PROJECT_REF: ref,
    API_EXTERNAL_URL: 'http://project.test/p/x',
    SITE_URL: 'http://site.test',
    JWT_SECRET: secret,
    ANON_KEY: await key('anon'),
    SERVICE_ROLE_KEY: await key('service_role'),
    PUBLISHABLE_KEYS: `sb_publishable_${randomBytes(12).toString('hex')}`,
    SECRET_KEYS: `sb_secret_${randomBytes(12).toString('hex')}`,
    POSTGRES_HOST: '/nowhere',
    POSTGRES_DB: 'project',
    POSTGRES_PASSWORD: randomBytes(12).toString('hex'),
    LISTEN: '127.0.0.1:0',
  };
}

/** `env` is for what libraries read by themselves; `run` starts the process in another way. */
export async function startProject(
  caller: Caller,
  extra: Settings = {},
  env: Settings = {},
  run: (settings: Settings) => LightProcess | Promise<LightProcess> = (settings) => {
    const light = startLight({ CONFIG_FROM: 'stdin', ...env });
    light.configure(settings);
    return light;
  },
): Promise<RunningProject> {
  const database = await createProject(caller);
  const outbox = await mkdtemp(join(tmpdir(), 'outbox-'));
  const host = await database.as('authenticator', async (db) => db.host);
  const settings: Settings = {
    ...(await makeSettings()),
    POSTGRES_HOST: host,
    MAILER_OUTBOX: outbox,
    ...extra,
  };
  const light = await run(settings);
  const url = `http://${await light.ready()}`;
  const setting = (name: string) => settings[name] ?? '';
  return {
    url,
    setting,
    light,
    database,
    client: (key) => createClient(url, setting(key), IN_MEMORY),
    auth: (method, path, body, token = setting('ANON_KEY')) =>
      fetch(`${url}/auth/v1${path}`, {
        method,
        redirect: 'manual',
        headers: {
          apikey: setting('ANON_KEY'),
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async signUp(email) {
      const client = createClient(url, setting('ANON_KEY'), IN_MEMORY);
      const { data } = await client.auth.signUp({ email, password: 'correct horse' });
      const { session, user } = Session.parse(data);
      return { client, id: user.id, token: session.access_token };
    },
    async mails() {
      const names = await readdir(outbox);
      return Promise.all(names.toSorted().map((name) => readFile(join(outbox, name), 'utf8')));
    },
    async [Symbol.asyncDispose]() {
      light.signal('SIGTERM');
      await light.ended;
      await database[Symbol.asyncDispose]();
      await rm(outbox, { recursive: true, force: true });
    },
  };
}
