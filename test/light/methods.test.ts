import { PostgrestClient, PostgrestFilterBuilder, PostgrestQueryBuilder } from '@supabase/postgrest-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { GROUPS, type GroupOutcome, tryEverything } from './methods/groups.ts';
import { queryBuilder } from './methods/query-builder.ts';
import { readDocument, renderOutcomes, withOutcomes } from './methods/table.ts';

/** Methods of a class and of those it inherits from. */
function methodsOf(type: { prototype: object }): string[] {
  const names: string[] = [];
  for (let at = type.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at))
    names.push(...Object.getOwnPropertyNames(at));
  return names.filter((name) => name !== 'constructor');
}

/** What no program calls: of the library's own. */
const INTERNAL = new Set(['cloneRequestState', 'decorateFetch', 'processResponse']);

test('each method of the query builder is tried', () => {
  const tried = new Set(queryBuilder.names.map((name) => name.replace(/ .*/, '')));
  const public_ = [PostgrestClient, PostgrestQueryBuilder, PostgrestFilterBuilder].flatMap(methodsOf);
  expect(public_.filter((name) => !INTERNAL.has(name) && !tried.has(name))).toEqual([]);
});

describe.runIf(postgresAvailable)('the methods of supabase-js', () => {
  let results: GroupOutcome[];

  beforeAll(async () => {
    results = await tryEverything();
  });

  test.each(GROUPS.flatMap(({ client, names }) => names.map((name) => [client, name] as const)))(
    '%s: %s',
    (client, name) => {
      const group = results.find((result) => result.client === client);
      const outcome = group?.outcomes.find((result) => result.name === name);
      expect(outcome, outcome?.note).toMatchObject({
        outcome: expect.stringMatching(/works|differs|refused/),
      });
    },
  );

  test('the committed table says what was found: npm run docs:differences writes it', () => {
    const document = readDocument();
    expect(withOutcomes(document, renderOutcomes(results))).toBe(document);
  });
});
