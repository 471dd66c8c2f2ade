import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const SCHEMA = `
  create table public.notes (
    id bigint generated always as identity primary key,
    owner uuid not null default auth.uid() references auth.users (id),
    title text not null unique,
    tags text[] not null default '{}'
  );
  alter table public.notes enable row level security;
  create policy own on public.notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create table public.lines (
    id bigint generated always as identity primary key,
    note_id bigint not null references public.notes (id),
    body text not null
  );
  create table public.plain (id int generated always as identity primary key, kind text default 'preset');
  create view public.titles as select n.id as note, n.title from public.notes n;
  create function public.refuse(state text) returns void language plpgsql as $$
    begin raise exception 'refused' using errcode = state, detail = 'a detail', hint = 'a hint'; end
  $$;
  create function public.teapot() returns void language plpgsql as $$
    begin perform set_config('response.status', '418', true); end
  $$;
`;

const Made = z.array(z.object({ id: z.number(), title: z.string() }));

describe.runIf(postgresAvailable)('REST', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('each of two users sees and writes their own rows only', async () => {
    const ada = await project.signUp('ada@rest.test');
    const bob = await project.signUp('bob@rest.test');
    const inserted = await ada.client.from('notes').insert({ title: 'of ada' }).select().single();
    expect(inserted).toMatchObject({ status: 201, data: { owner: ada.id, title: 'of ada' } });
    await bob.client.from('notes').insert({ title: 'of bob' });

    const seen = await ada.client.from('notes').select('title', { count: 'exact' });
    expect(seen).toMatchObject({ data: [{ title: 'of ada' }], count: 1 });
    const stolen = await bob.client.from('notes').update({ title: 'mine' }).eq('title', 'of ada').select();
    expect(stolen.data).toEqual([]);
    const forged = await bob.client.from('notes').insert({ title: 'forged', owner: ada.id });
    expect(forged).toMatchObject({ status: 403, error: { code: '42501' } });
    expect((await project.client('PUBLISHABLE_KEYS').from('notes').select()).data).toEqual([]);
    const all = await project.client('SECRET_KEYS').from('notes').select('title').order('title');
    expect(all.data).toEqual([{ title: 'of ada' }, { title: 'of bob' }]);
  });

  test('an update returns what it has changed, whatever it was found by, with what belongs to it', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    const { id: owner } = await project.signUp('update@rest.test');
    const rows = ['left', 'right'].map((title) => ({ title, owner, tags: ['old'] }));
    const [left] = Made.parse((await service.from('notes').insert(rows).select('id, title')).data);
    await service.from('lines').insert({ note_id: left?.id, body: 'begun' });

    const moved = service
      .from('notes')
      .update({ title: 'moved' })
      .eq('title', 'left')
      .contains('tags', ['old']);
    expect((await moved.select('title, lines(body)')).data).toEqual([
      { title: 'moved', lines: [{ body: 'begun' }] },
    ]);
    const either = service
      .from('notes')
      .update({ tags: ['new'] })
      .or('title.eq.moved,title.eq.right');
    const tagged = await either.overlaps('tags', ['old']).select('title, tags, lines(body)').order('title');
    expect(tagged.data).toEqual([
      { title: 'moved', tags: ['new'], lines: [{ body: 'begun' }] },
      { title: 'right', tags: ['new'], lines: [] },
    ]);
    const line = service.from('lines').update({ body: 'done' }).eq('body', 'begun');
    const inner = await line.select('body, notes!inner(title)').eq('notes.title', 'moved');
    expect(inner.data).toEqual([{ body: 'done', notes: { title: 'moved' } }]);
    const none = service.from('notes').update({ title: 'never' }).eq('title', 'nowhere');
    expect((await none.select('title, lines(body)')).data).toEqual([]);
  });

  test('a row without values is a row of defaults', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    const one = await service.from('plain').insert({}).select();
    expect(one).toMatchObject({ status: 201, data: [{ id: 1, kind: 'preset' }] });
    const two = await service.from('plain').insert([{}, {}]).select('kind');
    expect(two).toMatchObject({ status: 201, data: [{ kind: 'preset' }, { kind: 'preset' }] });
    expect((await service.from('plain').insert([])).status).toBe(201);
    expect((await service.from('plain').select('*', { count: 'exact', head: true })).count).toBe(3);
  });

  test('embeds, also through a view, filters, orders, counts and upserts', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    const { id: owner } = await project.signUp('embed@rest.test');
    const notes = [
      { title: 'first', owner, tags: ['a'] },
      { title: 'second', owner, tags: ['a', 'b'] },
    ];
    const [first] = Made.parse((await service.from('notes').insert(notes).select('id, title')).data);
    await service.from('lines').insert(['one', 'two'].map((body) => ({ note_id: first?.id, body })));

    const embedded = await service.from('notes').select('title, lines(body)').eq('title', 'first').single();
    expect(embedded.data).toEqual({ title: 'first', lines: [{ body: 'one' }, { body: 'two' }] });
    const upwards = await service.from('lines').select('body, notes!inner(title)').eq('notes.title', 'first');
    expect(upwards.data).toContainEqual({ body: 'one', notes: { title: 'first' } });
    const viaView = await service.from('lines').select('body, titles(title)').eq('body', 'two');
    expect(viaView.data).toEqual([{ body: 'two', titles: { title: 'first' } }]);

    const filtered = await service.from('notes').select('title').contains('tags', ['a']).ilike('title', 's%');
    expect(filtered.data).toEqual([{ title: 'second' }]);
    const either = service.from('notes').select('title').or('title.eq.first,title.eq.second');
    expect((await either.order('title', { ascending: false }).range(0, 0)).data).toEqual([
      { title: 'second' },
    ]);
    const counted = service.from('notes').select('*', { count: 'exact', head: true });
    expect((await counted.in('title', ['first', 'second'])).count).toBe(2);
    const merging = service
      .from('notes')
      .upsert({ title: 'first', owner, tags: ['z'] }, { onConflict: 'title' });
    expect((await merging.select('tags').single()).data).toEqual({ tags: ['z'] });
    const removed = await service.from('lines').delete().eq('body', 'one').select('body');
    expect(removed.data).toEqual([{ body: 'one' }]);
  });

  test('errors of the database come as PostgREST words them', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    const details = { code: 'P0001', message: 'refused', details: 'a detail', hint: 'a hint' };
    expect(await service.rpc('refuse', { state: 'P0001' })).toMatchObject({ status: 400, error: details });
    expect(await service.rpc('refuse', { state: '57014' })).toMatchObject({
      status: 500,
      error: { code: '57014' },
    });
    expect(await service.rpc('refuse', { state: 'PT402' })).toMatchObject({ status: 402 });
    expect(await service.rpc('teapot')).toMatchObject({ status: 418 });
    const notes = service.from('notes');
    expect(await notes.insert({ title: null })).toMatchObject({ status: 400, error: { code: '23502' } });
    expect(await notes.select('nothing')).toMatchObject({ status: 400, error: { code: '42703' } });
    const orphan = await service.from('lines').insert({ note_id: -1, body: '' });
    expect(orphan).toMatchObject({ status: 409, error: { code: '23503' } });
    expect(await service.from('nothing').select()).toMatchObject({
      status: 404,
      error: { code: 'PGRST205' },
    });
    expect(await service.rpc('nothing')).toMatchObject({ status: 404, error: { code: 'PGRST202' } });
    const hidden = await service.schema('auth').from('users').select();
    expect(hidden).toMatchObject({ status: 406, error: { code: 'PGRST106' } });
  });

  test('bad requests get a clear answer and nothing else', async () => {
    const call = (path: string, init: RequestInit = {}) =>
      fetch(`${project.url}/rest/v1${path}`, {
        ...init,
        headers: { apikey: project.setting('SERVICE_ROLE_KEY'), 'content-type': 'application/json' },
      });
    const broken = await call('/notes', { method: 'POST', body: '{"title":' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { code: 'PGRST102' }]);
    const filter = await call('/notes?title=nonsense');
    expect([filter.status, await filter.json()]).toMatchObject([400, { code: 'PGRST100' }]);
    const path = await call('/notes/1/2');
    expect([path.status, await path.json()]).toMatchObject([404, { code: 'PGRST125' }]);
    const huge = await call('/notes', { method: 'POST', body: 'x'.repeat(17 * 1024 * 1024) });
    expect([huge.status, await huge.json()]).toMatchObject([413, { message: expect.any(String) }]);
  });
});
