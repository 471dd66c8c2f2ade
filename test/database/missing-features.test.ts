import { expect, test } from 'vitest';
import { bareRole, masterUser, namesakes, supabaseAdmin, type Caller } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf } from './project.ts';

const refusedByPlainPostgres = [
  'event trigger pgrst_ddl_watch',
  'event trigger pgrst_drop_watch',
  'extension pg_stat_statements',
  'postgres bypassrls',
  'service_role bypassrls',
  'supabase_read_only_user bypassrls',
];

const [superuserPostgres, masterPostgres] = namesakes;

test.runIf(postgresAvailable).each<{ caller: Caller | undefined; missing: readonly string[] }>([
  { caller: supabaseAdmin, missing: [] },
  { caller: superuserPostgres, missing: ['postgres without superuser'] },
  { caller: masterUser, missing: refusedByPlainPostgres },
  { caller: masterPostgres, missing: refusedByPlainPostgres },
])('a project made by $caller.name tells what it lacks', async ({ caller, missing }) => {
  if (caller === undefined) throw new Error('no such caller');
  await using project = await createProject(caller);
  const features = `select coalesce(array_agg(feature order by feature), '{}') from extensions.missing_features`;
  expect(await project.as('postgres', (db) => valueOf(db, features))).toEqual(missing);
});

test.runIf(postgresAvailable)('rights that nobody could give away are on record too', async () => {
  await using project = await createProject(bareRole);
  const features = await project.as('postgres', (db) =>
    valueOf(db, `select array_agg(feature order by feature) from extensions.missing_features`),
  );
  expect(features).toEqual(
    expect.arrayContaining([
      ...refusedByPlainPostgres,
      'supabase_admin replication',
      'supabase_realtime_admin replication',
      'supabase_replication_admin replication',
      // Before Postgres 16 CREATEROLE was enough to give away the built-in roles.
      ...(project.cluster.version < 16 ? [] : ['supabase_read_only_user pg_read_all_data']),
    ]),
  );
});
