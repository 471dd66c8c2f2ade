import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud } from './cloud.ts';

let cloud: Cloud;
let ref: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref } = await cloud.healthy('database'));
}, 90_000);
afterAll(() => cloud.destroy());

const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await cloud.call(method, `/v1/projects/${ref}${path}`, body, headers);
  return { status: answer.status, body: answer.body };
};

describe('a query', () => {
  it('may be several statements, also of a reader', async () => {
    const query = 'select 1 as one; select 2 as two';
    expect(await call('POST', '/database/query', { query, read_only: true })).toEqual({
      status: 201,
      body: [{ two: 2 }],
    });
    expect((await call('POST', '/database/query/read-only', { query, parameters: [] })).body).toEqual([
      { two: 2 },
    ]);
  });

  it('is refused in the words of Postgres, with the place', async () => {
    expect(await call('POST', '/database/query', { query: 'select *\nfrom nowhere' })).toMatchObject({
      status: 400,
      body: {
        code: 'query_failed',
        message: [
          'Failed to run sql query: ERROR:  42P01: relation "nowhere" does not exist',
          'LINE 2: from nowhere',
          '             ^',
        ].join('\n'),
      },
    });
  });

  it('may be long', async () => {
    const query = `select length('${'x'.repeat(9_000_000)}') as length`;
    expect((await call('POST', '/database/query', { query })).body).toEqual([{ length: 9_000_000 }]);
    const longer = `select '${'x'.repeat(11_000_000)}'`;
    expect(await call('POST', '/database/query', { query: longer })).toMatchObject({
      status: 413,
      body: { message: 'The body is over 10 MB.' },
    });
  });

  it('holds no NUL', async () => {
    expect(await call('POST', '/database/query', { query: "select '\0'" })).toMatchObject({
      status: 400,
      body: { field: 'body.query' },
    });
  });
});

describe('the advisors', () => {
  it('tell the worst first, and of a foreign key which it is', async () => {
    await cloud.sql(
      ref,
      `create table parents (id int primary key);
      create table kids (id int primary key, parent int references parents);
      alter table kids enable row level security`,
    );
    expect(await call('GET', '/advisors/security?lint_type=sql')).toMatchObject({
      status: 200,
      body: {
        lints: [
          {
            name: 'rls_disabled_in_public',
            level: 'ERROR',
            facing: 'EXTERNAL',
            categories: ['SECURITY'],
            detail: 'Table `public.parents` is public, but row-level security is not enabled on it.',
            metadata: { schema: 'public', name: 'parents', type: 'table' },
            cache_key: 'rls_disabled_in_public_public_parents',
          },
          { name: 'rls_enabled_no_policy', level: 'INFO' },
        ],
      },
    });
    expect((await call('PATCH', '/config/auth', { mailer_otp_exp: 7200 })).status).toBe(200);
    expect((await call('GET', '/advisors/security')).body).toMatchObject({
      lints: [{}, {}, { name: 'auth_otp_long_expiry', metadata: { type: 'auth', entity: 'Auth' } }],
    });
    expect((await call('GET', '/advisors/performance')).body).toMatchObject({
      lints: [
        {
          name: 'unindexed_foreign_keys',
          metadata: { fkey_name: 'kids_parent_fkey', fkey_columns: [2] },
          remediation: expect.stringContaining('index'),
        },
      ],
    });
  });
});

describe('what is in the database', () => {
  it('is generated as types', async () => {
    await cloud.sql(
      ref,
      'create table if not exists typed (id int primary key, note text); create schema if not exists "My App"',
    );
    const { status, body } = await call('GET', '/types/typescript');
    expect(status).toBe(200);
    expect(body).toMatchObject({ types: expect.stringContaining('typed: {') });
    const other = await call('GET', '/types/typescript?included_schemas=auth');
    expect(other.body).toMatchObject({ types: expect.stringMatching(/auth: \{[^]*users: \{/) });
    expect(JSON.stringify(other.body)).not.toContain('typed: {');
    expect((await call('GET', '/types/typescript?included_schemas=a%0ab')).status).toBe(400);
  });

  it('is described as a REST API', async () => {
    expect(await call('GET', '/database/openapi')).toMatchObject({
      status: 200,
      body: { swagger: '2.0', paths: { '/typed': {} } },
    });
    expect(await call('GET', '/database/openapi?schema=nowhere')).toMatchObject({
      status: 400,
      body: { field: 'query.schema' },
    });
  });

  it('is told by schema', async () => {
    expect(await call('GET', '/database/context')).toMatchObject({
      status: 200,
      body: {
        databases: [
          {
            name: 'postgres',
            schemas: expect.arrayContaining([{ name: 'auth', owner: 'supabase_auth_admin' }]),
          },
        ],
      },
    });
  });

  it('are also the buckets of Storage', async () => {
    expect((await call('GET', '/storage/buckets')).body).toEqual([]);
    await cloud.sql(
      ref,
      "insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)",
    );
    expect((await call('GET', '/storage/buckets')).body).toEqual([
      {
        id: 'avatars',
        name: 'avatars',
        owner: '',
        public: true,
        created_at: expect.stringMatching(/^20/),
        updated_at: expect.stringMatching(/^20/),
      },
    ]);
  });

  it('cannot be asked of a service that the project does not have', async () => {
    const bare = await cloud.healthy('bare', { template: 'base' });
    const answer = await cloud.call('GET', `/v1/projects/${bare.ref}/types/typescript`);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('template \\"base\\" has no service \\"meta\\"');
  });
});

describe('what the database runs on', () => {
  it('can be read-only, and takes writes again for a while', async () => {
    expect((await call('GET', '/readonly')).body).toEqual({
      enabled: false,
      override_enabled: false,
      override_active_until: '',
    });
    await cloud.sql(ref, 'alter database postgres set default_transaction_read_only = on');
    expect((await call('GET', '/readonly')).body).toMatchObject({ enabled: true, override_enabled: false });
    await expect(cloud.sql(ref, 'create table written ()')).rejects.toThrow('25006');
    expect((await call('POST', '/readonly/temporary-disable')).status).toBe(201);
    await cloud.sql(ref, 'create table written ()');
    expect((await call('GET', '/readonly')).body).toEqual({
      enabled: true,
      override_enabled: true,
      override_active_until: expect.stringMatching(/^20.*Z$/),
    });
  });

  it('has room for data', async () => {
    const { status, body } = await call('GET', '/config/disk/util');
    expect(status).toBe(200);
    const { metrics } = z.object({ metrics: z.record(z.string(), z.int().nonnegative()) }).parse(body);
    expect(metrics['fs_used_bytes']).toBeGreaterThan(0);
    expect(metrics['fs_size_bytes']).toBeGreaterThan(metrics['fs_avail_bytes'] ?? Number.NaN);
  });

  it('is the newest version of Postgres there is', async () => {
    expect(await call('GET', '/upgrade/eligibility')).toMatchObject({
      status: 200,
      body: { eligible: false, current_app_version: expect.stringMatching(/^postgres-1\d\.\d+$/) },
    });
    expect((await call('GET', '/upgrade/status')).body).toEqual({ databaseUpgradeStatus: null });
    expect(await call('POST', '/upgrade', { target_version: '17' })).toMatchObject({
      status: 501,
      body: { code: 'not_implemented', message: expect.stringContaining('newest version') },
    });
  });
});
