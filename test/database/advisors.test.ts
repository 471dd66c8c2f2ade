import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LINTS, adviceSql } from '../../functions/core/database/advisors/advise.ts';
import type { Lint } from '../../functions/core/database/advisors/lint.ts';
import { until } from '../local/cloud.ts';
import { ADVISOR_CASES } from './advisor-cases.ts';
import { callers, supabaseAdmin } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { type Project, createProject } from './project.ts';

const rowSchema = z.object({ lint: z.string(), key: z.string() });

it('has a case of every lint', () => {
  expect(new Set(ADVISOR_CASES.map(({ lint }) => lint))).toEqual(new Set(LINTS.map(({ name }) => name)));
});

describe.runIf(postgresAvailable).each(callers)('the advisors of a project made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  const found = (category: Lint['category']) =>
    project.as('supabase_read_only_user', async (db) => {
      const { rows } = await db.query(adviceSql(category, 'public, graphql_public'));
      return rows.map((row) => rowSchema.parse(row)).map(({ lint, key }) => `${lint} ${key}`);
    });

  it('find nothing in a new project', async () => {
    expect(await found('SECURITY')).toEqual([]);
    expect(await found('PERFORMANCE')).toEqual([]);
  });

  it.each(ADVISOR_CASES.filter(({ superuser }) => superuser !== true || caller === supabaseAdmin))(
    'find $lint: $fault',
    async ({ lint, category, key, fault, repair, superuser }) => {
      const client = await project.cluster.connect(superuser === true ? caller.user : 'postgres', 'project');
      try {
        await client.query(fault);
        expect(await found(category)).toContain(`${lint} ${key}`);
        await client.query(repair);
      } finally {
        await client.end();
      }
      // Statistics of use arrive a moment after the connection has ended.
      await until(`${lint} to be repaired`, async () =>
        (await found(category)).includes(`${lint} ${key}`) ? undefined : true,
      );
    },
  );
});
