import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExposition } from '../../functions/core/usage/exposition.ts';
import { masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

/** Of Supabase's names those that are served, each with the labels that it has beside the project's. */
const SERVED: Readonly<Record<string, readonly string[]>> = {
  auth_users_user_count: ['server', 'service_type'],
  connection_stats_connection_count: ['server', 'service_type', 'username'],
  max_connections_connection_count: ['server', 'service_type'],
  node_cpu_seconds_total: ['cpu', 'mode', 'service_type'],
  node_load1: ['service_type'],
  node_load15: ['service_type'],
  node_load5: ['service_type'],
  node_memory_MemAvailable_bytes: ['service_type'],
  node_memory_MemTotal_bytes: ['service_type'],
  pg_database_size_bytes: ['datname', 'service_type'],
  pg_database_size_mb: ['server', 'service_type'],
  pg_settings_default_transaction_read_only: ['server', 'service_type'],
  ...Object.fromEntries(
    [
      'blks_hit_total',
      'blks_read_total',
      'conflicts_total',
      'deadlocks_total',
      'num_backends',
      'temp_bytes_total',
      'temp_files_total',
      'tup_deleted_total',
      'tup_fetched_total',
      'tup_inserted_total',
      'tup_returned_total',
      'tup_updated_total',
      'xact_commit_total',
      'xact_rollback_total',
    ].map((name) => [`pg_stat_database_${name}`, ['server', 'service_type']]),
  ),
  pg_status_in_recovery: ['server', 'service_type'],
  pg_up: ['service_type'],
  process_cpu_seconds_total: ['service_type'],
  process_resident_memory_bytes: ['service_type'],
  process_start_time_seconds: ['service_type'],
  realtime_connections_connected: ['service_type'],
  realtime_postgres_changes_client_subscriptions: ['server', 'service_type'],
  realtime_postgres_changes_total_subscriptions: ['server', 'service_type'],
  storage_storage_size_mb: ['server', 'service_type'],
};

describe.runIf(postgresAvailable)('what the owner of a project sees of it', () => {
  let project: RunningProject;
  let files: string;
  const mine = () => `supabase_project_ref="${project.setting('PROJECT_REF')}"`;

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'customer-'));
    const SERVICES = 'rest,auth,realtime,storage';
    project = await startProject(masterUser, { SERVICES, STORAGE_PATH: files });
    await project.database.sql('create table public.counted (id int primary key)');
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await rm(files, { recursive: true, force: true });
  });

  const ask = (user: string, password: string) =>
    fetch(`${project.url}/customer/v1/privileged/metrics`, {
      headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` },
    });

  async function samples() {
    const answer = await ask('service_role', project.setting('SECRET_KEYS'));
    return readExposition(await answer.text());
  }

  test('is for its keys of the service role alone, as the password of that user', async () => {
    for (const key of ['SERVICE_ROLE_KEY', 'SECRET_KEYS']) {
      const answer = await ask('service_role', project.setting(key));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      expect(await answer.text()).toContain(mine());
    }
    const refused = await Promise.all([
      ask('service_role', project.setting('ANON_KEY')),
      ask('service_role', project.setting('PUBLISHABLE_KEYS')),
      ask('service_role', 'sb_secret_unknown'),
      ask('postgres', project.setting('SECRET_KEYS')),
      fetch(`${project.url}/customer/v1/privileged/metrics`),
      fetch(`${project.url}/customer/v1/privileged/metrics`, {
        headers: { apikey: project.setting('SECRET_KEYS') },
      }),
    ]);
    for (const answer of refused) {
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="metrics"']);
      expect(await answer.text()).not.toContain('pg_up');
    }
  });

  test('has Supabase’s names and labels', async () => {
    const ref = project.setting('PROJECT_REF');
    const found = await samples();
    for (const { labels } of found)
      expect(labels).toMatchObject({ supabase_project_ref: ref, supabase_identifier: ref });
    const labels = new Map(
      found.map((sample) => [
        sample.name,
        Object.keys(sample.labels)
          .filter((label) => !label.startsWith('supabase_'))
          .toSorted(),
      ]),
    );
    // It is there while a replication slot is.
    labels.delete('replication_slots_max_lag_bytes');
    expect(Object.fromEntries(labels)).toEqual(SERVED);
  });

  test('follows what happens', async () => {
    const of = async (name: string) => (await samples()).find((sample) => sample.name === name)?.value ?? NaN;
    const before = await of('auth_users_user_count');
    await project.signUp('counted@customer.test');
    expect(await of('auth_users_user_count')).toBe(before + 1);
    const service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('sized');
    await service.storage.from('sized').upload('a', new Uint8Array(512 * 1024));
    expect(await of('storage_storage_size_mb')).toBe(0.5);
    expect(await of('pg_up')).toBe(1);
    expect(await of('pg_database_size_bytes')).toBeGreaterThan(1_000_000);
    expect(await of('max_connections_connection_count')).toBeGreaterThan(10);
    const inserted = await of('pg_stat_database_tup_inserted_total');
    await service.from('counted').insert([{ id: 1 }, { id: 2 }, { id: 3 }]);
    // Postgres tells of a session's rows within a second of its being idle.
    await expect
      .poll(() => of('pg_stat_database_tup_inserted_total'), { timeout: 15_000 })
      .toBeGreaterThanOrEqual(inserted + 3);
  });

  test('names the roles that every project has, and those that it made together', async () => {
    const roles = async () =>
      (await samples())
        .filter(({ name }) => name === 'connection_stats_connection_count')
        .map(({ labels }) => labels['username'] ?? '');
    expect(await roles()).toContain('authenticator');
    for (const role of await roles())
      expect(role).toMatch(/^(authenticator|postgres|light_\w+|supabase_\w+|other)$/);
  });
});
