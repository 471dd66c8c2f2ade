import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

// Bootstrapped by a superuser the database tells of its changes; by anybody else it may not (no event triggers).
describe.runIf(postgresAvailable).each(callers)('REST in a database made by $name', (caller) => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(caller, { PGRST_DB_SCHEMAS: 'public,store' });
    await project.database.sql(`
      create schema store;
      grant usage on schema store to anon, authenticated, service_role;
      alter default privileges in schema store grant all on tables to service_role;
      create table public.things (id int primary key);
    `);
    await project.client('SERVICE_ROLE_KEY').from('things').select();
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('what was just made or changed is served by the very next request', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    await project.database.sql('create table public.fresh (id int primary key)');
    expect(await service.from('fresh').insert({ id: 1 })).toMatchObject({ status: 201 });
    await project.database.sql('alter table public.fresh add column note text');
    const updated = await service.from('fresh').update({ note: 'x' }).eq('id', 1).select('note');
    expect(updated).toMatchObject({ data: [{ note: 'x' }] });
    await project.database.sql(
      'create table public.child (id int primary key, fresh_id int references public.fresh)',
    );
    expect(await service.from('fresh').select('id, child(id)')).toMatchObject({
      data: [{ id: 1, child: [] }],
    });
    await project.database.sql(
      `create function public.next(n int) returns int language sql as 'select n + 1'`,
    );
    expect(await service.rpc('next', { n: 1 })).toMatchObject({ data: 2 });
    await project.database.sql('alter table public.fresh rename column note to remark');
    expect(await service.from('fresh').select('remark')).toMatchObject({ data: [{ remark: 'x' }] });
    await project.database.sql('drop table public.child; drop table public.fresh');
    const gone = await service.from('fresh').select();
    expect(gone).toMatchObject({ status: 404, error: { code: 'PGRST205' } });
  });

  test('each exposed schema is apart, also where names are the same', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    await project.database.sql('create table store.things (sku text primary key, price int)');
    const store = service.schema('store');
    expect(await store.from('things').insert({ sku: 'a', price: 1 })).toMatchObject({ status: 201 });
    const raised = await store.from('things').upsert({ sku: 'a', price: 2 }).select();
    expect(raised.data).toEqual([{ sku: 'a', price: 2 }]);
    expect((await service.from('things').select()).data).toEqual([]);
    const foreign = await service.schema('auth').from('users').select();
    expect(foreign).toMatchObject({ status: 406, error: { code: 'PGRST106' } });
  });
});
