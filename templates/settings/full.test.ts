import { expect, it } from 'vitest';
import { NO_SETTINGS, type Settings } from '../../functions/core/project/settings/settings.ts';
import { fullTask } from '../full/task.ts';
import { FULL } from '../full/template.ts';

const containersOf = (settings: Partial<Settings>) =>
  new Map(
    fullTask({ tools: false }, { template: FULL, settings: { ...NO_SETTINGS, ...settings } }).containers.map(
      (container) => [container.name, container],
    ),
  );

it('tells each of Supabase’s containers what was set, and GoTrue its secrets by their keys', () => {
  const containers = containersOf({
    auth: {
      values: {
        disable_signup: true,
        site_url: 'https://site.example',
        smtp_host: 'mail.example',
        smtp_max_frequency: 30,
        sessions_timebox: 12,
        external_github_enabled: true,
        external_github_client_id: 'id',
        external_google_client_id: 'web',
        external_google_additional_client_ids: 'ios,android',
      },
      secrets: ['smtp_pass', 'external_github_secret'],
    },
    storage: { values: { file_size_limit: 1000, s3_protocol: false }, secrets: [] },
    postgrest: { values: { db_pool: 3 }, secrets: [] },
    realtime: { values: { max_concurrent_users: 7, suspend: true }, secrets: [] },
  });
  expect(containers.get('auth')?.environment).toMatchObject({
    GOTRUE_DISABLE_SIGNUP: 'true',
    GOTRUE_SITE_URL: 'https://site.example',
    GOTRUE_SMTP_HOST: 'mail.example',
    GOTRUE_SMTP_MAX_FREQUENCY: '30s',
    GOTRUE_SESSIONS_TIMEBOX: '12h',
    GOTRUE_EXTERNAL_GITHUB_ENABLED: 'true',
    GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: 'id',
    GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: 'web,ios,android',
    GOTRUE_MAILER_AUTOCONFIRM: 'true',
    GOTRUE_JWT_EXP: '3600',
  });
  expect(containers.get('auth')?.secrets).toMatchObject({
    GOTRUE_SMTP_PASS: 'auth_smtp_pass',
    GOTRUE_EXTERNAL_GITHUB_SECRET: 'auth_external_github_secret',
  });
  expect(containers.get('storage')?.environment).toMatchObject({
    FILE_SIZE_LIMIT: '1000',
    S3_PROTOCOL_ENABLED: 'false',
  });
  expect(containers.get('rest')?.environment).toMatchObject({ PGRST_DB_POOL: '3' });
  expect(containers.get('realtime')?.command?.join(' ')).toContain(
    'update _realtime.tenants set max_concurrent_users = 7,',
  );
});

it('names no secret that has no value: ECS starts no task that lacks one', () => {
  expect(Object.keys(containersOf({}).get('auth')?.secrets ?? {}).toSorted()).toEqual(
    expect.not.arrayContaining(['GOTRUE_SMTP_PASS']),
  );
  expect(containersOf({}).get('storage')?.environment).toMatchObject({ S3_PROTOCOL_ENABLED: 'true' });
});
