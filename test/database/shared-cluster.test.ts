import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseScripts, projectRoles } from '../../templates/database/scripts.ts';
import { apply, masterUser } from './callers.ts';
import { catalogueOf } from './catalogue.ts';
import { postgresAvailable, type Cluster } from './cluster.ts';
import { valueOf } from './project.ts';

const projects = ['one', 'two'] as const;
const scriptsOf = (project: string) =>
  databaseScripts(['base', 'light'], { roleName: (role) => `${role}_${project}` });

describe.runIf(postgresAvailable)('projects that share a cluster', () => {
  let cluster: Cluster;

  async function as<T>(user: string, database: string, work: (db: Client) => Promise<T>) {
    const db = await cluster.connect(user, database);
    try {
      return await work(db);
    } finally {
      await db.end();
    }
  }

  beforeAll(async () => {
    cluster = await masterUser.cluster();
    for (const project of projects) {
      await as('master', 'postgres', (db) => db.query(`create database ${project}`));
      await as('master', project, (db) => apply(db, scriptsOf(project)));
      await as(`postgres_${project}`, project, (db) =>
        db.query(`create table secrets (text text); insert into secrets values ('of ${project}')`),
      );
    }
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test('are made again without a change', async () => {
    const before = await as('master', 'two', catalogueOf);
    await as('master', 'one', (db) => apply(db, scriptsOf('one')));
    await as('master', 'two', (db) => apply(db, scriptsOf('two')));
    expect(await as('master', 'two', catalogueOf)).toEqual(before);
  });

  test('cannot connect to each other, nor to the databases that belong to nobody', async () => {
    for (const role of projectRoles) {
      if (role === 'dashboard_user') continue; // has no login
      for (const database of ['two', 'postgres']) {
        await expect(cluster.connect(`${role}_one`, database)).rejects.toThrow(
          'permission denied for database',
        );
      }
      expect(await as(`${role}_one`, 'one', (db) => valueOf(db, 'select 1'))).toBe(1);
    }
  });

  test('cannot become each other, nor have more than their own', async () => {
    await as('postgres_one', 'one', async (db) => {
      for (const statement of [
        'set role postgres_two',
        'set role supabase_admin_two',
        'grant postgres_two to postgres_one',
        `alter role postgres_two password 'x'`,
        `alter role authenticator_one password 'x'`,
        'grant anon to authenticator_one',
        'create role evil',
        'create database evil',
        'alter role anon nologin',
        'drop role anon',
        'drop role postgres_two',
        'drop database two',
      ]) {
        await expect(db.query(statement)).rejects.toThrow(
          /permission denied|must (be|have)|cannot be dropped/,
        );
      }
    });
  });

  test('do not see each other’s queries', async () => {
    await as('postgres_two', 'two', async (two) => {
      await two.query(`select 'a secret of two'`);
      const seen = await as('postgres_one', 'one', (one) =>
        valueOf(
          one,
          `select count(*) from pg_stat_activity where query like '%a secret of tw_%' and pid <> pg_backend_pid()`,
        ),
      );
      expect(seen).toBe('0');
    });
  });

  test('serve each its own data through the roles they have in common', async () => {
    for (const project of projects) {
      const text = await as(`light_user_${project}`, project, async (db) => {
        await db.query('set role anon');
        return valueOf(db, 'select text from secrets');
      });
      expect(text).toBe(`of ${project}`);
    }
  });

  test('can be made at the same moment', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    for (const name of names) await as('master', 'postgres', (db) => db.query(`create database ${name}`));
    await Promise.all(names.map((name) => as('master', name, (db) => apply(db, scriptsOf(name)))));
    for (const name of names) {
      const member = `select pg_has_role('authenticator_${name}', 'anon', 'member')`;
      expect(await as(`postgres_${name}`, name, (db) => valueOf(db, member))).toBe(true);
    }
  });

  test('are removed without a trace, the others untouched', async () => {
    await as('master', 'postgres', (db) => db.query('create database gone'));
    await as('master', 'gone', (db) => apply(db, scriptsOf('gone')));
    await as('master', 'postgres', async (db) => {
      await db.query('drop database gone');
      for (const role of projectRoles.toReversed()) await db.query(`drop role ${role}_gone`);
      expect(await valueOf(db, `select count(*) from pg_roles where rolname like '%\\_gone'`)).toBe('0');
    });
    expect(await as('postgres_two', 'two', (db) => valueOf(db, 'select text from secrets'))).toBe('of two');
  });
});
