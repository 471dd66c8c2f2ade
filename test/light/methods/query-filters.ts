import type { SupabaseClient } from '@supabase/supabase-js';
import { deepEqual } from 'node:assert/strict';
import { z } from 'zod';
import type { Method } from './method.ts';

type People = ReturnType<typeof peopleOf>;

const Rows = z.array(z.object({ id: z.number() }));

/** Each filter on the people of `PEOPLE`, and the ids that are left. */
const FILTERS: readonly [name: string, apply: (people: People) => People, left: readonly number[]][] = [
  ['eq', (people) => people.eq('name', 'Ada'), [1]],
  ['neq', (people) => people.neq('name', 'Ada'), [2, 3]],
  ['gt', (people) => people.gt('age', 20), [1]],
  ['gte', (people) => people.gte('age', 20), [1, 2]],
  ['lt', (people) => people.lt('age', 36), [2]],
  ['lte', (people) => people.lte('age', 36), [1, 2]],
  ['like', (people) => people.like('name', 'A%'), [1]],
  ['likeAllOf', (people) => people.likeAllOf('name', ['A%', '%a']), [1]],
  ['likeAnyOf', (people) => people.likeAnyOf('name', ['A%', 'B%']), [1, 2]],
  ['ilike', (people) => people.ilike('name', 'a%'), [1]],
  ['ilikeAllOf', (people) => people.ilikeAllOf('name', ['a%', '%A']), [1]],
  ['ilikeAnyOf', (people) => people.ilikeAnyOf('name', ['a%', 'b%']), [1, 2]],
  ['regexMatch', (people) => people.regexMatch('name', '^A.a$'), [1]],
  ['regexIMatch', (people) => people.regexIMatch('name', '^a.A$'), [1]],
  ['is', (people) => people.is('age', null), [3]],
  ['isDistinct', (people) => people.isDistinct('age', 36), [2, 3]],
  ['in', (people) => people.in('name', ['Ada', 'Cy, the third']), [1, 3]],
  ['notIn', (people) => people.notIn('name', ['Ada', 'Bob']), [3]],
  ['contains', (people) => people.contains('tags', ['math', 'code']), [1]],
  ['contains (JSON)', (people) => people.contains('profile', { city: 'Paris' }), [2]],
  ['containedBy', (people) => people.containedBy('tags', ['code', 'art']), [2, 3]],
  ['rangeGt', (people) => people.rangeGt('span', '[1,6)'), [3]],
  ['rangeGte', (people) => people.rangeGte('span', '[5,6)'), [2, 3]],
  ['rangeLt', (people) => people.rangeLt('span', '[5,6)'), [1]],
  ['rangeLte', (people) => people.rangeLte('span', '[1,10)'), [1, 2]],
  ['rangeAdjacent', (people) => people.rangeAdjacent('span', '[10,20)'), [2, 3]],
  ['overlaps', (people) => people.overlaps('tags', ['math']), [1]],
  ['overlaps (ranges)', (people) => people.overlaps('span', '[4,6)'), [1, 2]],
  ['textSearch', (people) => people.textSearch('bio', 'engine & invent'), []],
  [
    'textSearch (plain)',
    (people) => people.textSearch('bio', 'engines programs', { type: 'plain', config: 'english' }),
    [1],
  ],
  [
    'textSearch (phrase)',
    (people) => people.textSearch('bio', 'programs engines', { type: 'phrase', config: 'english' }),
    [1],
  ],
  [
    'textSearch (websearch)',
    (people) => people.textSearch('bio', '"programs engines" or letters', { type: 'websearch' }),
    [1, 2],
  ],
  ['match', (people) => people.match({ name: 'Bob', age: 20 }), [2]],
  ['not', (people) => people.not('name', 'in', '("Ada","Bob")'), [3]],
  ['or', (people) => people.or('age.gt.30,and(name.eq.Bob,not.or(age.is.null,tags.cs.{art}))'), [1, 2]],
  ['filter', (people) => people.filter('profile->>city', 'eq', 'London'), [1]],
];

function peopleOf(service: SupabaseClient) {
  return service.from('people').select('id');
}

export const filterMethods: readonly Method[] = FILTERS.map(([name, apply, left]) => ({
  name,
  async attempt({ service }) {
    const { data, error } = await apply(peopleOf(service)).order('id');
    deepEqual(error, null);
    deepEqual(
      Rows.parse(data).map(({ id }) => id),
      left,
    );
  },
}));
