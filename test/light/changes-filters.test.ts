import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { openSide, type Side } from './database-side.ts';

const ROWS = [
  `(1, 10, 'ten', 1.0, true, '2026-01-01 00:00:00+00', 'low', '00000000-0000-0000-0000-00000000000a', null, '{1}')`,
  `(2, 9, 'a,b (c)', 1.00, false, '2026-01-02 00:00:00+00', 'high', null, 'x', '{2,3}')`,
  `(3, null, 'Ten"s', 2.5, null, null, null, null, 'y', null)`,
];

/** A filter, and the rows that pass it. */
const FILTERS: readonly (readonly [filter: string, rows: readonly number[]])[] = [
  ['n=eq.10', [1]],
  ['n=eq.010', [1]],
  ['n=neq.10', [2]],
  ['n=lt.10', [2]],
  ['n=lte.10', [1, 2]],
  ['n=gt.9', [1]],
  ['n=gte.9', [1, 2]],
  ['n=in.(9,10,11)', [1, 2]],
  ['n=not.in.(9)', [1]],
  ['n=is.null', [3]],
  ['n=not.is.null', [1, 2]],
  ['n=isdistinct.10', [2, 3]],
  ['n=not.isdistinct.10', [1]],
  ['t=eq.ten', [1]],
  ['t=eq."a,b (c)"', [2]],
  ['t=in.(ten,"a,b (c)")', [1, 2]],
  ['t=eq."Ten\\"s"', [3]],
  ['t=like.%en%', [1, 3]],
  ['t=ilike.ten%', [1, 3]],
  ['t=not.like.%en%', [2]],
  ['t=match.^[tT]en', [1, 3]],
  ['t=imatch.^ten$', [1]],
  // As numbers the same, as texts not.
  ['num=eq.1', [1, 2]],
  ['num=gt.1.5', [3]],
  ['ok=is.true', [1]],
  ['ok=is.unknown', [3]],
  ['ok=eq.t', [1]],
  ['ok=neq.true', [2]],
  ['at=gte.2026-01-02T01:00:00+01:00', [2]],
  ['mood=eq.low', [1]],
  ['mood=gt.low', [2]],
  ['uid=eq.00000000-0000-0000-0000-00000000000A', [1]],
  ['list=eq."{2,3}"', [2]],
  ['n=gt.1, n=lt.10', [2]],
  ['  ', [1, 2, 3]],
];

const WORDS = 'An exception happened so please check your connect parameters';
const REFUSALS: readonly (readonly [filter: string, reason: string])[] = [
  ['n=foo.1', 'Error parsing `filter` params: ["foo", "1"]'],
  ['undefined', 'Error parsing `filter` params: ["undefined"]'],
  ['n=in.1', 'Error parsing `filter` params: `in` filter value must be wrapped by parentheses'],
  [
    'n=eq.1,',
    'Error parsing `filter` params: filter must not contain empty segments (check for extra commas)',
  ],
  [
    'nothing=eq.1',
    `Unable to subscribe to changes with given parameters. ${WORDS}: [event: *, schema: public, table: f, filters: [{"nothing", "eq", "1", false}], select: nil]. Exception: ERROR P0001 (raise_exception) invalid column for filter nothing`,
  ],
  ['n=eq.x', 'ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "x"'],
  [
    'n=eq.99999999999',
    'ERROR 22003 (numeric_value_out_of_range) value "99999999999" is out of range for type integer',
  ],
  ['n=like.1', 'operator like is not supported on column n of type int4'],
  ['js=eq.{}', 'operator eq is not supported on column js of type json'],
  ['n=is.true', 'is true filter requires a boolean column, got int4'],
  ['n=is.what', 'invalid value for is filter: must be null, true, false, or unknown'],
  ['t=match.(', 'invalid regular expression for match filter'],
  [
    `n=in.(${Array.from({ length: 101 }, (_, at) => at).join()})`,
    'too many values for `in` filter. Maximum 100',
  ],
];

describe.runIf(postgresAvailable)('filters of changes', () => {
  let side: Side;

  beforeAll(async () => {
    side = await openSide(supabaseAdmin);
    await side.project.sql(`
      create type mood as enum ('low', 'high');
      create table f (
        id int primary key, n int, t text, num numeric, ok boolean, at timestamptz, mood mood, uid uuid, v varchar,
        list int[], js json
      );
      create table other (id int primary key);
      create table unpublished (id int primary key);
      create schema private;
      create table private.p (id int primary key);
      alter publication supabase_realtime add table f, other, private.p;
    `);
  });

  afterAll(() => side[Symbol.asyncDispose]());

  test('are applied by Postgres’ own comparisons', async () => {
    const watching = await Promise.all(
      FILTERS.map(([filter]) => side.watch([{ table: 'f', event: 'INSERT', filter }, { table: 'other' }])),
    );
    await side.project.sql(`insert into f values ${ROWS.join()}; insert into other values (1)`);
    const passed = await Promise.all(
      watching.map(async ({ inbox, close }, at) => {
        const changes = await inbox.until(({ table }) => table === 'other');
        close();
        return [FILTERS[at]?.[0], changes.slice(0, -1).map(({ record }) => record?.['id'])];
      }),
    );
    expect(passed).toEqual(FILTERS);
  });

  test('of deletions know what the replica identity says of the old row', async () => {
    const { inbox, close } = await side.watch([
      { table: 'f', event: 'DELETE', filter: 'id=in.(1,2)' },
      { table: 'f', event: 'DELETE', filter: 'n=eq.9' },
      { table: 'other' },
    ]);
    await side.project.sql('delete from f where id = 1; alter table f replica identity full');
    await side.project.sql('delete from f where id in (2, 3); insert into other values (2)');
    const changes = await inbox.until(({ table }) => table === 'other');
    expect(changes.slice(0, -1).map(({ ids, old_record }) => [ids, old_record?.['id']])).toEqual([
      [[0], 1],
      [[0, 1], 2],
    ]);
    close();
  });

  test.each(REFUSALS)('%s is refused in the words of Realtime', async (filter, reason) => {
    expect(await side.refusal({ table: 'f', filter })).toContain(reason);
  });

  test('what is not published, or not there, is refused', async () => {
    const words = 'Please check Realtime is enabled for the given connect parameters';
    for (const table of ['unpublished', 'nowhere'])
      expect(await side.refusal({ table })).toBe(
        `Unable to subscribe to changes with given parameters. ${words}: [event: *, schema: public, table: ${table}, filters: [], select: nil]`,
      );
    expect(await side.refusal({ table: 'f', select: ['nothing'] })).toContain(
      'invalid column for select nothing',
    );
    expect(await side.refusal({ select: ['id'] })).toContain('not supported for wildcard subscriptions');
    // A table without rights is as one without the column.
    expect(
      await side.refusal({ schema: 'private', table: 'p', filter: 'id=eq.1' }, { role: 'anon' }),
    ).toContain('invalid column for filter id');
  });

  test('a selection of columns is told with the key', async () => {
    const { inbox, close } = await side.watch([{ table: 'f', select: ['t'] }, { table: 'f' }]);
    await side.project.sql(`insert into f (id, t, v) values (9, 'x', 'y')`);
    const changes = await inbox.take(2);
    expect(changes.map(({ ids }) => ids)).toEqual([[0], [1]]);
    expect(changes[0]?.record).toEqual({ id: 9, t: 'x' });
    expect(changes[0]?.columns.map(({ name }) => name)).toEqual(['id', 't']);
    expect(changes[1]?.record).toHaveProperty('v', 'y');
    close();
  });
});
