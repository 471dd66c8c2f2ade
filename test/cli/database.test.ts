import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, freePort } from '../local/cloud.ts';
import { runCli } from './cli.ts';

const PASSWORD = 'pass-word-of-the-owner';
const poolersSchema = z.array(z.object({ connection_string: z.string(), pool_mode: z.string() }));

let cloud: Cloud;
let ref: string;
let port: number;
let cwd: string;

beforeAll(async () => {
  port = await freePort();
  cloud = await Cloud.start({ BASEPLANE_PG_PORT: String(port), BASEPLANE_POOL: '0' });
  ({ ref } = await cloud.healthy('migrated', { db_pass: PASSWORD }));
  cwd = mkdtempSync(join(tmpdir(), 'supabase-project-'));
  mkdirSync(join(cwd, 'supabase', 'migrations'), { recursive: true });
  writeFileSync(join(cwd, 'supabase', 'config.toml'), 'project_id = "migrated"\n');
  writeFileSync(
    join(cwd, 'supabase', 'migrations', '20260101000000_notes.sql'),
    'create table notes (id int primary key, text text);\ninsert into notes values (1, $$semicolon; inside$$);\n',
  );
});

afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await cloud.destroy();
});

it('pushes migrations through the Postgres gateway and sees them there', async () => {
  // The CLI takes a pooler at port 5432 only; by its address it takes one anywhere.
  const remote = `--remote=postgresql://postgres.${ref}:${PASSWORD}@localhost:${port}/postgres`;
  const run = (...args: readonly string[]) =>
    runCli([...args, remote], { home: cloud.home, token: cloud.local.access_token, cwd });
  const pushed = await run('db', 'push', '--yes');
  expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
  expect(await cloud.sql(ref, 'select * from notes')).toEqual([{ id: 1, text: 'semicolon; inside' }]);
  const listed = await run('migration', 'list');
  expect(listed.stdout).toMatch(/20260101000000\W+20260101000000/);
  const again = await run('db', 'push', '--yes');
  expect(again.stdout + again.stderr).toContain('up to date');
});

it('is told by the API where the gateway is, in a form that the CLI takes', async () => {
  const answer = await cloud.call('GET', `/v1/projects/${ref}/config/database/pooler`);
  const [pooler] = poolersSchema.parse(answer.body);
  expect(pooler).toEqual({
    connection_string: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@127.1:${port}/postgres`,
    pool_mode: 'session',
  });
  const connectionString = pooler?.connection_string.replace('[YOUR-PASSWORD]', PASSWORD);
  const client = new Client({ connectionString });
  await client.connect();
  expect((await client.query('select current_user as name')).rows).toEqual([{ name: 'postgres' }]);
  await client.end();
});
