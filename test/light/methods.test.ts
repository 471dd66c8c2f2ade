import { PostgrestClient, PostgrestFilterBuilder, PostgrestQueryBuilder } from '@supabase/postgrest-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { GROUPS, type GroupOutcome, tryAll } from './methods/groups.ts';
import { startMethodProject } from './methods/project.ts';
import { queryBuilder } from './methods/query-builder.ts';
import { readDocument, renderOutcomes, withOutcomes } from './methods/table.ts';
import type { RunningProject } from './running-project.ts';

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
  const tried = new Set(queryBuilder.methods.map(({ name }) => name.replace(/ .*/, '')));
  const public_ = [PostgrestClient, PostgrestQueryBuilder, PostgrestFilterBuilder].flatMap(methodsOf);
  expect(public_.filter((name) => !INTERNAL.has(name) && !tried.has(name))).toEqual([]);
});

describe.runIf(postgresAvailable)('the methods of supabase-js', () => {
  let project: RunningProject;
  let results: GroupOutcome[];

  beforeAll(async () => {
    project = await startMethodProject(supabaseAdmin);
    results = await tryAll({ project, service: project.client('SERVICE_ROLE_KEY') });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test.each(GROUPS.flatMap(({ client, methods }) => methods.map(({ name }) => [client, name] as const)))(
    '%s: %s',
    (client, name) => {
      const group = results.find((result) => result.client === client);
      const outcome = group?.outcomes.find((result) => result.name === name);
      expect(outcome, outcome?.note).not.toMatchObject({ outcome: 'fails' });
    },
  );

  test('the committed table says what was found: npm run docs:differences writes it', () => {
    const document = readDocument();
    expect(withOutcomes(document, renderOutcomes(results))).toBe(document);
  });
});
