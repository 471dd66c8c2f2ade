import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { statementsOf } from '../../templates/database/statements.ts';
import { apply, bareRole, callers, namesakes } from './callers.ts';
import { catalogueOf } from './catalogue.ts';
import { postgresAvailable, type Cluster } from './cluster.ts';

const scripts = databaseScripts(['base', 'light']);
const statements = scripts.flatMap(({ sql }) => statementsOf(sql));

describe.runIf(postgresAvailable).each([...callers, bareRole, ...namesakes])('applied by $name', (caller) => {
  let cluster: Cluster;
  let wanted: readonly string[];

  beforeAll(async () => {
    cluster = await caller.cluster();
    const db = await cluster.connect(caller.user, 'project');
    await apply(db, scripts);
    wanted = await catalogueOf(db);
    await db.end();
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test('a second time, nothing changes', async () => {
    const db = await cluster.connect(caller.user, 'project');
    await apply(db, scripts);
    expect(await catalogueOf(db)).toEqual(wanted);
    await db.end();
  });

  test('what the user has set since stays', async () => {
    const db = await cluster.connect(caller.user, 'project');
    await db.query(`alter role anon set statement_timeout = '20s'`);
    await apply(db, scripts);
    const { rows } = await db.query(`select rolconfig from pg_roles where rolname = 'anon'`);
    expect(rows).toEqual([{ rolconfig: ['statement_timeout=20s'] }]);
    await db.query(`alter role anon set statement_timeout = '3s'`);
    await db.end();
  });

  test('statement by statement, the result is the same', async () => {
    await using fresh = await caller.cluster();
    const db = await fresh.connect(caller.user, 'project');
    for (const statement of statements) await db.query(statement);
    expect(await catalogueOf(db)).toEqual(wanted);
    await db.end();
  });

  test('and broken off anywhere, it can be taken up again from the start', async () => {
    await using fresh = await caller.cluster();
    let done = 0;
    // Every nineteenth keeps this short; from one change of the scripts to the next it is another one.
    for (let next = 0; next < statements.length; next += 19) {
      const partial = await fresh.connect(caller.user, 'project');
      for (; done < next; done += 1) await partial.query(statements[done] ?? '');
      await partial.end();

      const template = await fresh.connect(caller.user, 'postgres');
      await template.query(`create database copy_${next} template project`);
      await template.end();
      const db = await fresh.connect(caller.user, `copy_${next}`);
      await apply(db, scripts);
      expect(await catalogueOf(db)).toEqual(wanted);
      await db.end();
    }
  });
});
