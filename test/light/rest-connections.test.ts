import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { valueOf } from '../database/project.ts';
import { type RunningProject, startProject } from './running-project.ts';

const SCHEMA = `
  create table public.things (id int primary key, kind text);
  insert into public.things values (1, '7');
  create function public.nap() returns int language plpgsql as $$ begin perform pg_sleep(30); return 1; end $$;
`;

describe.runIf(postgresAvailable)('the connections of REST', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(supabaseAdmin);
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** Ends the backends that run or, without a pattern, all of them, once there is one. */
  async function cutOff(query: string): Promise<void> {
    const db = await project.database.cluster.connect('supabase_admin', 'project');
    const end = `select count(pg_terminate_backend(pid)) from pg_stat_activity
      where usename like 'light\\_%' and pid <> pg_backend_pid() and query like '${query}'`;
    await expect.poll(() => valueOf(db, end), { timeout: 10_000 }).not.toBe('0');
    await db.end();
  }

  const read = () => project.client('SERVICE_ROLE_KEY').from('things').select('id').eq('id', 1);

  test('one that the database ends costs the request it served, and no other', async () => {
    const napping = project
      .client('SERVICE_ROLE_KEY')
      .rpc('nap')
      .then((answer) => answer);
    await cutOff('%nap%');
    expect(await napping).toMatchObject({ status: 503, error: { code: '57P01' } });
    const answers = await Promise.all(Array.from({ length: 20 }, read));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  test('idle ones that the database ends cost nothing', async () => {
    await read();
    await cutOff('%');
    await expect.poll(async () => (await read()).status, { timeout: 10_000 }).toBe(200);
  });

  test('statements prepared before a column got another type are not used after it', async () => {
    const byKind = () => project.client('SERVICE_ROLE_KEY').from('things').select('*').eq('kind', '7');
    for (let time = 0; time < 3; time++) expect((await byKind()).data).toEqual([{ id: 1, kind: '7' }]);
    await project.database.sql('alter table public.things alter kind type int using kind::int');
    for (let time = 0; time < 3; time++) expect((await byKind()).data).toEqual([{ id: 1, kind: 7 }]);
    await project.database.sql('alter table public.things add note text');
    expect((await byKind()).data).toEqual([{ id: 1, kind: 7, note: null }]);
  });

  test('requests that find all of them busy wait their turn', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, read));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
