import { Client } from 'pg';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../local/cloud.ts';
import { WatchedCloud } from './watched-cloud.ts';

/** The only port at which the CLI takes a pooler. */
const POOLER_PORT = 5432;
const PASSWORD = 'pass-word-of-the-owner';
const NOTES = '20260101000000';
const MORE = '20260102000000';
const poolersSchema = z.array(z.object({ connection_string: z.string(), pool_mode: z.string() }));

const isFree = await new Promise<boolean>((resolve) => {
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(POOLER_PORT, '127.0.0.1', () => server.close(() => resolve(true)));
});
if (!isFree) console.log(`port ${POOLER_PORT} is taken: login roles of the CLI are not tested`);

let watched: WatchedCloud;
let ref: string;

beforeAll(async () => {
  watched = await WatchedCloud.start(isFree ? POOLER_PORT : await freePort());
  ({ ref } = await watched.cloud.healthy('migrated', { db_pass: PASSWORD }));
  watched.write('supabase/config.toml', 'project_id = "migrated"\n');
  watched.write(
    `supabase/migrations/${NOTES}_notes.sql`,
    'create table notes (id int primary key, text text);\ninsert into notes values (1, $$semicolon; inside$$);\n',
  );
});

afterAll(() => watched.destroy());

const sql = (query: string) => watched.cloud.sql(ref, query);
/** Through the API, or with what the API gives. */
const hosted = (...args: readonly string[]) => watched.cli(...args, `--remote=${ref}`);
/** With the owner's password, wherever the gateway is. */
const direct = (...args: readonly string[]) =>
  watched.cli(...args, `--remote=${watched.address(ref, PASSWORD)}`);

const applied = async () =>
  z
    .array(z.object({ version: z.string() }))
    .parse(await sql('select version from supabase_migrations.schema_migrations order by version'))
    .map(({ version }) => version);

describe('the official CLI', () => {
  it('pushes migrations through the Postgres gateway and sees them there', async () => {
    expect(await direct('db', 'push', '--dry-run')).not.toContain('up to date');
    expect(await sql(`select to_regclass('public.notes') as there`)).toEqual([{ there: null }]);
    await direct('db', 'push');
    expect(await sql('select * from notes')).toEqual([{ id: 1, text: 'semicolon; inside' }]);
    expect(await applied()).toEqual([NOTES]);
    expect(await direct('migration', 'list')).toMatch(new RegExp(`${NOTES}\\W+${NOTES}`));
    await direct('db', 'push');
    expect(await applied()).toEqual([NOTES]);
  });

  it('applies what has come since, and mends the history', async () => {
    watched.write(
      `supabase/migrations/${MORE}_more.sql`,
      'create table more (id int primary key, note int references notes);\n',
    );
    await direct('migration', 'up');
    expect(await sql(`select to_regclass('public.more')::text as there`)).toEqual([{ there: 'more' }]);
    expect(await applied()).toEqual([NOTES, MORE]);
    await direct('migration', 'repair', MORE, '--status=reverted');
    expect(await applied()).toEqual([NOTES]);
    await direct('migration', 'repair', MORE, '--status=applied');
    expect(await applied()).toEqual([NOTES, MORE]);
  });

  it.skipIf(!isFree)('comes in by a role of the API’s, where it is told, without a password', async () => {
    watched.seen();
    expect(await hosted('migration', 'list')).toMatch(new RegExp(`${MORE}\\W+${MORE}`));
    expect(watched.seen()).toContain(`POST /v1/projects/${ref}/cli/login-role 201`);
    const roles = await sql(
      `select rolvaliduntil > now() as valid from pg_roles where rolname like 'cli_login_%'`,
    );
    expect(roles).toContainEqual({ valid: true });
    await hosted('db', 'pull', '--declarative');
    expect(watched.read('supabase/schemas/public/tables/notes.sql')).toMatch(/create table .*notes/i);
  });

  it('writes down what pg_dump would be run with, which is how one comes in', async () => {
    const script = await direct('db', 'dump', '--dry-run');
    const set = (name: string) => new RegExp(`^export ${name}="(.*)"$`, 'm').exec(script)?.[1];
    const client = new Client({
      host: set('PGHOST'),
      port: Number(set('PGPORT')),
      user: set('PGUSER'),
      password: set('PGPASSWORD'),
      database: set('PGDATABASE'),
    });
    await client.connect();
    expect((await client.query('select count(*)::int as notes from notes')).rows).toEqual([{ notes: 1 }]);
    await client.end();
  });

  it('runs SQL, and where it may only read, writes nothing', async () => {
    expect(await hosted('db', 'query', 'select text from notes')).toContain('semicolon; inside');
    await hosted('db', 'query', `insert into notes values (2, 'by the CLI')`);
    expect(await sql('select text from notes where id = 2')).toEqual([{ text: 'by the CLI' }]);
    expect(await hosted('db', 'query', '--read-only', 'select text from notes')).toContain('by the CLI');
    await expect(hosted('db', 'query', '--read-only', 'delete from notes')).rejects.toThrow(/read-only/);
    expect(await sql('select count(*)::int as notes from notes')).toEqual([{ notes: 2 }]);
  });

  it('is advised of a table that is open to all, until it is not', async () => {
    const advice = () => hosted('db', 'advisors', '--type=security');
    expect(await advice()).toContain('rls_disabled_in_public_public_notes');
    await sql('alter table notes enable row level security');
    const after = await advice();
    expect(after).not.toContain('rls_disabled_in_public_public_notes');
    expect(after).toContain('rls_disabled_in_public_public_more');
    expect(await hosted('db', 'advisors', '--type=performance', '--level=info')).toContain(
      'unindexed_foreign_keys',
    );
  });

  it('generates types of the tables that there are', async () => {
    const types = await hosted('gen', 'types');
    expect(types).toMatch(/more: \{\s+Row: \{\s+id: number;?\s+note: number \| null/);
  });

  it.each([
    ['db-stats', 'postgres'],
    ['table-stats', 'public.notes'],
    ['index-stats', 'public.notes_pkey'],
    ['vacuum-stats', 'public.notes'],
    ['role-stats', 'authenticator'],
    ['outliers', 'select'],
  ])('inspects %s, which tell of %s', async (report, content) => {
    expect(await direct('inspect', 'db', report)).toContain(content);
  });
});

it('is told by the API where the gateway is, in a form that the CLI takes', async () => {
  const answer = await watched.cloud.call('GET', `/v1/projects/${ref}/config/database/pooler`);
  const [pooler] = poolersSchema.parse(answer.body);
  expect(pooler).toEqual({
    connection_string: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@127.1:${watched.postgresPort}/postgres`,
    pool_mode: 'session',
  });
  const connectionString = pooler?.connection_string.replace('[YOUR-PASSWORD]', PASSWORD);
  const client = new Client({ connectionString });
  await client.connect();
  expect((await client.query('select current_user as name')).rows).toEqual([{ name: 'postgres' }]);
  await client.end();
});
