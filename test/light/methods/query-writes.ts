import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Method } from './method.ts';

/** What changes rows, calls functions and chooses what to talk to. */
export const writeMethods: readonly Method[] = [
  {
    name: 'from',
    async attempt({ service }) {
      equal((await service.from('people').select()).data?.length, 3);
      deepEqual((await service.from('nowhere').select()).error?.code, 'PGRST205');
    },
  },
  {
    name: 'schema',
    async attempt({ service }) {
      equal((await service.schema('store').from('wares').insert({ sku: 'a' })).status, 201);
      deepEqual((await service.schema('store').from('wares').select()).data, [{ sku: 'a' }]);
      deepEqual((await service.schema('auth').from('users').select()).error?.code, 'PGRST106');
    },
  },
  {
    name: 'insert',
    async attempt({ service }) {
      const minimal = await service.from('drafts').insert({ name: 'i1' });
      deepEqual([minimal.status, minimal.data], [201, null]);
      const { data } = await service.from('drafts').insert({ name: 'i2' }).select('name, kind').single();
      deepEqual(data, { name: 'i2', kind: 'note' });
      const twice = await service.from('drafts').insert({ name: 'i2' });
      deepEqual([twice.status, twice.error?.code], [409, '23505']);
    },
  },
  {
    name: 'insert (many, with defaults for what is missing, counted)',
    async attempt({ service }) {
      const rows = [{ name: 'b1', size: 1 }, { name: 'b2' }];
      const { data, count } = await service
        .from('drafts')
        .insert(rows, { defaultToNull: false, count: 'exact' })
        .select('name, kind, size');
      deepEqual(
        [data, count],
        [
          [
            { name: 'b1', kind: 'note', size: 1 },
            { name: 'b2', kind: 'note', size: null },
          ],
          2,
        ],
      );
    },
  },
  {
    name: 'upsert',
    async attempt({ service }) {
      const made = await service
        .from('drafts')
        .upsert({ name: 'u', size: 1 }, { onConflict: 'name' })
        .select('size');
      const merged = await service
        .from('drafts')
        .upsert({ name: 'u', size: 2 }, { onConflict: 'name' })
        .select('size');
      deepEqual([made.data, merged.data], [[{ size: 1 }], [{ size: 2 }]]);
      const ignored = await service
        .from('drafts')
        .upsert({ name: 'u', size: 3 }, { onConflict: 'name', ignoreDuplicates: true })
        .select('size');
      deepEqual(ignored.data, []);
    },
  },
  {
    name: 'update',
    async attempt({ service }) {
      await service.from('drafts').insert({ name: 'old' });
      const { data, count } = await service
        .from('drafts')
        .update({ name: 'new' }, { count: 'exact' })
        .eq('name', 'old')
        .select('name');
      deepEqual([data, count], [[{ name: 'new' }], 1]);
    },
  },
  {
    name: 'delete',
    async attempt({ service }) {
      await service.from('drafts').insert({ name: 'gone' });
      const { data, count } = await service
        .from('drafts')
        .delete({ count: 'exact' })
        .eq('name', 'gone')
        .select('name');
      deepEqual([data, count], [[{ name: 'gone' }], 1]);
    },
  },
  {
    name: 'rpc',
    async attempt({ service }) {
      deepEqual((await service.rpc('add', { a: 1 })).data, 2);
      deepEqual((await service.rpc('add', { a: 1, b: 5 }, { get: true })).data, 6);
      const rows = await service
        .rpc('grown_up', { years: 18 }, { count: 'exact' })
        .select('name')
        .order('name')
        .limit(1);
      deepEqual([rows.data, rows.count], [[{ name: 'Ada' }], 2]);
      equal((await service.rpc('keep', { name: 'by rpc' })).status, 204);
      equal((await service.from('drafts').select().eq('name', 'by rpc')).data?.length, 1);
      const head = await service.rpc('grown_up', { years: 18 }, { head: true, count: 'exact' });
      deepEqual([head.data, head.count], [null, 2]);
    },
  },
  {
    name: 'getOpenApiSpec',
    async attempt({ service }) {
      const { data, error } = await service.getOpenApiSpec();
      deepEqual(error, null);
      const spec = JSON.stringify(data);
      ok(spec.includes('"/people"') && spec.includes('"/rpc/add"') && spec.includes('"integer"'));
    },
  },
];
