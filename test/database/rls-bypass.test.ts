import { expect, test } from 'vitest';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { supabaseAdmin } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf } from './project.ts';

// Aurora lets its master user create event triggers, which plain Postgres lets no role do but a superuser: so here a
// superuser applies the script in a cluster where service_role lacks BYPASSRLS.
test.runIf(postgresAvailable)(
  'without BYPASSRLS, service_role sees tables that get row-level security later',
  async () => {
    await using project = await createProject(supabaseAdmin);
    const admin = await project.cluster.connect('supabase_admin', 'project');
    await admin.query('alter role service_role nobypassrls');
    const script = databaseScripts(['base']).find(({ name }) => name.endsWith('rls-bypass.sql'));
    await admin.query(script?.sql ?? '');
    await admin.end();

    await project.sql(`
    create table notes (text text);
    insert into notes values ('x');
    alter table notes enable row level security;
    alter table notes add column more text;
    create table unprotected (text text);
    alter table unprotected add column more text;
  `);
    expect(await project.request('service_role', {}, (db) => valueOf(db, 'select count(*) from notes'))).toBe(
      '1',
    );
    expect(await project.request('anon', {}, (db) => valueOf(db, 'select count(*) from notes'))).toBe('0');
    const policies = await project.as('postgres', (db) =>
      valueOf(db, `select array_agg(polrelid::regclass::text) from pg_policy`),
    );
    expect(policies).toEqual(['notes']);
  },
);
