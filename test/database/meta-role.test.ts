import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, type Project, valueOf } from './project.ts';

describe.runIf(postgresAvailable).each(callers)('the role of postgres-meta, made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
    await project.sql('create table public.theirs (id int)');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('may do nothing by itself, and become postgres, but nobody above it', async () => {
    await project.as('light_meta', async (db) => {
      await expect(db.query('select * from public.theirs')).rejects.toThrow('permission denied');
    });
    for (const role of ['supabase_auth_admin', 'supabase_admin', 'light_user', 'light_service'])
      await project.as('light_meta', async (db) => {
        await expect(db.query(`set role ${role}`)).rejects.toThrow('permission denied');
      });
    await project.as('light_meta', async (db) => {
      await db.query('set role postgres');
      await db.query('create table public.mine (id int)');
      const owner = `select tableowner from pg_tables where tablename = 'mine'`;
      expect(await valueOf(db, owner)).toBe('postgres');
    });
  });

  test('cannot be become by what serves requests', async () => {
    for (const role of ['light_user', 'light_service', 'authenticator'])
      await project.as(role, async (db) => {
        await expect(db.query('set role light_meta')).rejects.toThrow('permission denied');
      });
  });
});
