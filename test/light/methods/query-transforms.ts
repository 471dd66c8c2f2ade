import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { z } from 'zod';
import { GEOJSON_FUNCTION } from './query-schema.ts';
import type { Method } from './method.ts';

const Answer = z.object({ status: z.number(), error: z.object({ code: z.string() }).nullable() });

/** What shapes an answer: rows, order, number, form. */
export const transformMethods: readonly Method[] = [
  {
    name: 'select',
    async attempt({ service }) {
      const { data } = await service
        .from('people')
        .select('called:name, profile->langs->>0, initial, letters!inner(body, ...people(name))')
        .eq('id', 1)
        .order('body', { referencedTable: 'letters' });
      const letter = (body: string) => ({ body, name: 'Ada' });
      deepEqual(data, [{ called: 'Ada', langs: 'en', initial: 'A', letters: [letter('a'), letter('b')] }]);
    },
  },
  {
    name: 'select (count, head)',
    async attempt({ service }) {
      for (const count of ['exact', 'planned', 'estimated'] as const) {
        const answer = await service.from('people').select('*', { count, head: true });
        ok(answer.count !== null && answer.data === null);
      }
    },
  },
  {
    name: 'select (aggregates)',
    async attempt({ service }) {
      const { data, error } = await service
        .from('letters')
        .select('sender, id.count(), id.max()')
        .order('sender');
      deepEqual(error, null);
      deepEqual(data, [
        { sender: 1, count: 2, max: 2 },
        { sender: 2, count: 1, max: 3 },
      ]);
    },
  },
  {
    name: 'order',
    async attempt({ service }) {
      const { data } = await service
        .from('people')
        .select('id')
        .order('age', { ascending: false, nullsFirst: true });
      deepEqual(data, [{ id: 3 }, { id: 1 }, { id: 2 }]);
    },
  },
  {
    name: 'order (of what is embedded, by what is embedded)',
    async attempt({ service }) {
      const { data } = await service
        .from('letters')
        .select('id, people(name)')
        .order('people(name)', { ascending: false })
        .order('id', { ascending: false });
      deepEqual(
        data?.map(({ id }) => id),
        [3, 2, 1],
      );
    },
  },
  {
    name: 'limit',
    async attempt({ service }) {
      const { data } = await service
        .from('people')
        .select('id, letters(id)')
        .order('id')
        .limit(1)
        .order('id', { referencedTable: 'letters' })
        .limit(1, { referencedTable: 'letters' });
      deepEqual(data, [{ id: 1, letters: [{ id: 1 }] }]);
    },
  },
  {
    name: 'range',
    async attempt({ service }) {
      const page = service.from('people').select('id', { count: 'exact' }).order('id');
      const { data, status, count } = await page.range(1, 2);
      deepEqual([data, status, count], [[{ id: 2 }, { id: 3 }], 206, 3]);
      const beyond = await service.from('people').select('id', { count: 'exact' }).range(7, 9);
      deepEqual([beyond.status, beyond.error?.code], [416, 'PGRST103']);
    },
  },
  {
    name: 'abortSignal',
    async attempt({ service }) {
      const { error } = await service.from('people').select().abortSignal(AbortSignal.abort());
      match(error?.message ?? '', /abort/i);
    },
  },
  {
    name: 'single',
    async attempt({ service }) {
      const one = await service.from('people').select('name').eq('id', 1).single();
      deepEqual(one.data, { name: 'Ada' });
      const many = await service.from('people').select('name').single();
      deepEqual(
        [many.status, many.error?.code, many.error?.details],
        [406, 'PGRST116', 'The result contains 3 rows'],
      );
    },
  },
  {
    name: 'maybeSingle',
    async attempt({ service }) {
      const none = await service.from('people').select().eq('id', 99).maybeSingle();
      deepEqual([none.data, none.error], [null, null]);
    },
  },
  {
    name: 'csv',
    async attempt({ service }) {
      const { data } = await service.from('people').select('id, name, tags, profile, age').order('id').csv();
      deepEqual(data?.split('\n'), [
        'id,name,tags,profile,age',
        '1,Ada,"{math,code}","{""city"": ""London"", ""langs"": [""en"", ""fr""]}",36',
        '2,Bob,{code},"{""city"": ""Paris""}",20',
        '3,"Cy, the third",{},,',
      ]);
    },
  },
  {
    name: 'geojson',
    async attempt({ service, project }) {
      const without = await service.from('people').select('id').geojson();
      deepEqual([without.status, without.error?.code], [404, '42883']);
      await project.database.sql(GEOJSON_FUNCTION);
      const { data, error } = await service.from('people').select('id').eq('id', 1).geojson();
      await project.database.sql('drop function public.st_asgeojson');
      deepEqual(error, null);
      const feature = { type: 'Feature', geometry: null, properties: { id: 1 } };
      deepEqual(data, { type: 'FeatureCollection', features: [feature] });
    },
  },
  {
    name: 'explain',
    async attempt({ service }) {
      const text = await service
        .from('people')
        .select()
        .eq('id', 1)
        .explain({ analyze: true, buffers: true });
      match(JSON.stringify(text.data), /on people.*actual time.*Execution Time/);
      const json = await service
        .from('people')
        .insert({ id: 50, name: 'planned' })
        .explain({ format: 'json' });
      match(JSON.stringify(json.data), /"Operation":"Insert"/);
      equal((await service.from('people').select().eq('id', 50)).data?.length, 0);
    },
  },
  {
    name: 'rollback',
    differs: 'undoes with a secret key; Supabase never undoes, and so do we for anon and authenticated',
    async attempt({ service }) {
      const { data } = await service.from('drafts').insert({ name: 'undone' }).rollback().select('name');
      deepEqual(data, [{ name: 'undone' }]);
      deepEqual((await service.from('drafts').select().eq('name', 'undone')).data, []);
    },
  },
  {
    name: 'maxAffected',
    async attempt({ service }) {
      await service.from('drafts').insert(['m1', 'm2'].map((name) => ({ name })));
      const remove = () => service.from('drafts').delete().like('name', 'm%');
      // The types know the method only for clients that name PostgREST's version.
      const tooMany: unknown = remove().maxAffected(1);
      const { status, error } = Answer.parse(await tooMany);
      deepEqual([status, error?.code], [400, 'PGRST124']);
      equal((await service.from('drafts').select().like('name', 'm%')).data?.length, 2);
      const few: unknown = remove().maxAffected(2);
      equal(Answer.parse(await few).status, 204);
    },
  },
  {
    name: 'throwOnError',
    async attempt({ service }) {
      await rejects(async () => service.from('nowhere').select().throwOnError(), /nowhere/);
    },
  },
  {
    name: 'stripNulls',
    async attempt({ service }) {
      const { data } = await service.from('people').select('id, age').eq('id', 3).stripNulls();
      deepEqual(data, [{ id: 3 }]);
      const one = await service.from('people').select('id, age').eq('id', 3).single().stripNulls();
      deepEqual(one.data, { id: 3 });
    },
  },
  {
    name: 'setHeader',
    async attempt({ service }) {
      const { data } = await service.from('people').select('id').eq('id', 1).setHeader('accept', 'text/csv');
      equal(JSON.stringify(data), String.raw`"id\n1"`);
    },
  },
  {
    name: 'retry',
    async attempt({ service }) {
      deepEqual((await service.from('people').select('id').eq('id', 1).retry(false)).data, [{ id: 1 }]);
    },
  },
  {
    name: 'then',
    async attempt({ service }) {
      const query = service.from('people').select('id').eq('id', 1);
      deepEqual(await query.then(({ data }) => data), [{ id: 1 }]);
    },
  },
  {
    name: 'returns',
    async attempt({ service }) {
      const { data } = await service.from('people').select('id').eq('id', 1).returns<{ id: number }[]>();
      deepEqual(data, [{ id: 1 }]);
    },
  },
  {
    name: 'overrideTypes',
    async attempt({ service }) {
      const { data } = await service
        .from('people')
        .select('id')
        .eq('id', 1)
        .overrideTypes<{ id: number }[]>();
      deepEqual(data, [{ id: 1 }]);
    },
  },
];
