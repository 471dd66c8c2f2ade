import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const SCHEMA = `
  create table public.notes (
    id int primary key,
    owner uuid not null,
    title text not null,
    is_public boolean not null default false
  );
  create table public.comments (
    id int primary key,
    note_id int not null references public.notes on delete cascade,
    author uuid not null,
    body text not null
  );
  alter table public.notes enable row level security;
  alter table public.comments enable row level security;
  create policy "everybody reads what is public" on public.notes for select using (is_public);
  create policy "own" on public.notes to authenticated
    using (owner = auth.uid()) with check (owner = auth.uid());
  create policy "own" on public.comments to authenticated
    using (author = auth.uid()) with check (author = auth.uid());
  create table public.locked (id int primary key);
  alter table public.locked enable row level security;
  insert into public.locked values (1);
  create function public.titles() returns setof text language sql stable as 'select title from public.notes order by id';
  create function public.all_titles() returns setof text language sql stable security definer set search_path = ''
    as 'select title from public.notes order by id';
  create function public.add_note(id int, owner uuid) returns void language sql
    as 'insert into public.notes values (id, owner, ''added'')';
  revoke execute on function public.all_titles from public, anon;
`;

const ROLES = ['anon', 'ada', 'bob', 'service_role'] as const;
type Role = (typeof ROLES)[number];

/** What comes of an operation for each role: what it sees or changed, or the code it is refused with. */
interface Row {
  readonly operation: string;
  readonly run: (as: SupabaseClient, ids: Ids) => PromiseLike<Answer>;
  readonly outcome: Readonly<Record<Role, unknown>>;
}
type Ids = { readonly ada: string; readonly bob: string };
type Answer = { data: unknown; error: { code: string } | null };

const REFUSED = '42501';

const MATRIX: readonly Row[] = [
  {
    operation: 'select all',
    run: (as) => as.from('notes').select('id').order('id'),
    outcome: { anon: [2], ada: [1, 2], bob: [2, 3], service_role: [1, 2, 3] },
  },
  {
    operation: 'select a foreign private row',
    run: (as) => as.from('notes').select('id').eq('id', 1),
    outcome: { anon: [], ada: [1], bob: [], service_role: [1] },
  },
  {
    operation: 'select from a table without policies',
    run: (as) => as.from('locked').select('id'),
    outcome: { anon: [], ada: [], bob: [], service_role: [1] },
  },
  {
    operation: 'insert as oneself',
    run: (as, { ada }) => as.from('notes').insert({ id: 9, owner: ada, title: 'x' }).select('id'),
    outcome: { anon: REFUSED, ada: [9], bob: REFUSED, service_role: [9] },
  },
  {
    operation: 'insert without reading it back',
    run: (as, { bob }) => as.from('notes').insert({ id: 9, owner: bob, title: 'x' }),
    outcome: { anon: REFUSED, ada: REFUSED, bob: null, service_role: null },
  },
  {
    operation: 'insert many, one of them foreign',
    run: (as, { ada, bob }) =>
      as.from('notes').insert([ada, bob].map((owner, at) => ({ id: 20 + at, owner, title: 'x' }))),
    outcome: { anon: REFUSED, ada: REFUSED, bob: REFUSED, service_role: null },
  },
  {
    operation: 'update a private row of ada',
    run: (as) => as.from('notes').update({ title: 'y' }).eq('id', 1).select('id'),
    outcome: { anon: [], ada: [1], bob: [], service_role: [1] },
  },
  {
    operation: 'update a public row of ada',
    run: (as) => as.from('notes').update({ title: 'y' }).eq('id', 2).select('id'),
    outcome: { anon: [], ada: [2], bob: [], service_role: [2] },
  },
  {
    operation: 'give a row of ada to bob',
    run: (as, { bob }) => as.from('notes').update({ owner: bob }).eq('id', 1).select('id'),
    outcome: { anon: [], ada: REFUSED, bob: [], service_role: [1] },
  },
  {
    operation: 'delete a row of ada',
    run: (as) => as.from('notes').delete().eq('id', 1).select('id'),
    outcome: { anon: [], ada: [1], bob: [], service_role: [1] },
  },
  {
    operation: 'delete a public row of ada',
    run: (as) => as.from('notes').delete().eq('id', 2).select('id'),
    outcome: { anon: [], ada: [2], bob: [], service_role: [2] },
  },
  {
    operation: 'upsert over a row of ada',
    run: (as, { ada }) => as.from('notes').upsert({ id: 1, owner: ada, title: 'z' }).select('id'),
    outcome: { anon: REFUSED, ada: [1], bob: REFUSED, service_role: [1] },
  },
  {
    operation: 'upsert over a row of ada as one’s own',
    run: (as, { bob }) => as.from('notes').upsert({ id: 1, owner: bob, title: 'z' }).select('id'),
    outcome: { anon: REFUSED, ada: REFUSED, bob: REFUSED, service_role: [1] },
  },
  {
    operation: 'rpc that reads as the caller',
    run: (as) => as.rpc('titles'),
    outcome: {
      anon: ['public of ada'],
      ada: ['of ada', 'public of ada'],
      bob: ['public of ada', 'of bob'],
      service_role: ['of ada', 'public of ada', 'of bob'],
    },
  },
  {
    operation: 'rpc that reads as its owner',
    run: (as) => as.rpc('all_titles'),
    outcome: {
      anon: REFUSED,
      ada: ['of ada', 'public of ada', 'of bob'],
      bob: ['of ada', 'public of ada', 'of bob'],
      service_role: ['of ada', 'public of ada', 'of bob'],
    },
  },
  {
    operation: 'rpc that writes as the caller',
    run: (as, { ada }) => as.rpc('add_note', { id: 30, owner: ada }),
    outcome: { anon: REFUSED, ada: null, bob: REFUSED, service_role: null },
  },
  {
    operation: 'embed rows of another table',
    run: (as) => as.from('notes').select('id, comments(id)').eq('id', 2),
    outcome: {
      anon: [{ id: 2, comments: [] }],
      ada: [{ id: 2, comments: [{ id: 1 }] }],
      bob: [{ id: 2, comments: [{ id: 2 }] }],
      service_role: [{ id: 2, comments: [{ id: 1 }, { id: 2 }] }],
    },
  },
  {
    operation: 'filter by what one cannot see',
    run: (as) => as.from('notes').select('id, comments!inner(id)').eq('comments.body', 'by ada'),
    outcome: {
      anon: [],
      ada: [{ id: 2, comments: [{ id: 1 }] }],
      bob: [],
      service_role: [{ id: 2, comments: [{ id: 1 }] }],
    },
  },
  {
    operation: 'count',
    run: async (as) => {
      const { count, error } = await as.from('notes').select('*', { count: 'exact', head: true });
      return { data: count, error };
    },
    outcome: { anon: 1, ada: 2, bob: 2, service_role: 3 },
  },
];

const Ids = z.array(z.strictObject({ id: z.number() }));

describe.runIf(postgresAvailable)('row-level security through HTTP', () => {
  let project: RunningProject;
  let ids: Ids;
  const clients = new Map<Role, SupabaseClient>();

  beforeAll(async () => {
    project = await startProject(supabaseAdmin);
    await project.database.sql(SCHEMA);
    const ada = await project.signUp('ada@rls.test');
    const bob = await project.signUp('bob@rls.test');
    ids = { ada: ada.id, bob: bob.id };
    clients.set('anon', project.client('ANON_KEY'));
    clients.set('ada', ada.client);
    clients.set('bob', bob.client);
    clients.set('service_role', project.client('SERVICE_ROLE_KEY'));
  });

  beforeEach(() =>
    project.database.sql(`
      truncate public.notes cascade;
      insert into public.notes values (1, '${ids.ada}', 'of ada', false), (2, '${ids.ada}', 'public of ada', true),
        (3, '${ids.bob}', 'of bob', false);
      insert into public.comments values (1, 2, '${ids.ada}', 'by ada'), (2, 2, '${ids.bob}', 'by bob');
    `),
  );

  afterAll(() => project[Symbol.asyncDispose]());

  describe.each(MATRIX)('$operation', ({ run, outcome }) => {
    test.each(ROLES)('as %s', async (role) => {
      const client = clients.get(role);
      if (client === undefined) throw new Error(`${role} has no client`);
      const { data, error } = await run(client, ids);
      const rows = Ids.safeParse(data);
      expect(error?.code ?? (rows.success ? rows.data.map(({ id }) => id) : data)).toEqual(outcome[role]);
    });
  });
});
