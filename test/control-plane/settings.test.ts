import { describe, expect, it } from 'vitest';
import { TABLE_DEFINITION } from '../../functions/drivers/dynamodb/table-definition.ts';
import { homeRegion, readSettings } from '../../infra/control-plane/plan/settings.ts';
import { webPolicy } from '../../infra/control-plane/plan/web-policy.ts';
import { TABLE_SHAPE } from '../../infra/control-plane/plan/table-shape.ts';

const RIGHT = {
  BASEPLANE_ROOT_DOMAIN: 'example.com',
  BASEPLANE_HOSTED_ZONE_ID: 'Z0123456789ABC',
  BASEPLANE_CELLS: 'euc1:eu-central-1,use1:us-east-1',
  BASEPLANE_ALARM_EMAIL: 'ops@example.com',
  PATH: '/bin',
};

describe('the settings of an installation', () => {
  it('are read, with their defaults', () => {
    expect(readSettings('production', RIGHT)).toEqual({
      ok: true,
      value: {
        stage: 'production',
        production: true,
        rootDomain: 'example.com',
        hostedZoneId: 'Z0123456789ABC',
        cells: [
          { id: 'euc1', region: 'eu-central-1', cidr: '10.0.0.0/16' },
          { id: 'use1', region: 'us-east-1', cidr: '10.1.0.0/16' },
        ],
        mailSender: 'noreply@example.com',
        alarmEmail: 'ops@example.com',
        dashboard: true,
        postgres: false,
      },
    });
    expect(homeRegion(RIGHT)).toBe('eu-central-1');
    expect(homeRegion({})).toBe(undefined);
  });

  it.each([
    ['BASEPLANE_ROOT_DOMAIN', ''],
    ['BASEPLANE_ROOT_DOMAIN', 'localhost'],
    ['BASEPLANE_HOSTED_ZONE_ID', 'example.com'],
    ['BASEPLANE_CELLS', ''],
    ['BASEPLANE_CELLS', 'euc1'],
    ['BASEPLANE_CELLS', 'euc1:mars-north-1'],
    ['BASEPLANE_CELLS', 'a:eu-central-1,a:us-east-1'],
    ['BASEPLANE_CELLS', Array.from({ length: 11 }, (_, index) => `c${index}:eu-central-1`).join(',')],
    ['BASEPLANE_MAIL_SENDER', 'nobody'],
    ['BASEPLANE_ALARM_EMAIL', ''],
    ['BASEPLANE_DASHBOARD', 'maybe'],
    ['BASEPLANE_ROTO_DOMAIN', 'example.com'],
  ])('refuse %s=%s by name', (name, value) => {
    const read = readSettings('production', { ...RIGHT, [name]: value });
    expect(read.ok ? [] : read.error).toEqual([expect.stringContaining(name)]);
  });

  it('refuse a stage that would not do as a name, and report everything at once', () => {
    const read = readSettings('Feature/1', {});
    expect(read.ok ? [] : read.error).toHaveLength(4);
  });
});

it('the table is the one that the driver works with', () => {
  const { AttributeDefinitions, GlobalSecondaryIndexes, KeySchema } = TABLE_DEFINITION;
  expect(Object.keys(TABLE_SHAPE.fields)).toEqual(
    AttributeDefinitions.map(({ AttributeName }) => AttributeName),
  );
  const keysOf = (schema: typeof KeySchema) => schema.map(({ AttributeName }) => AttributeName);
  expect(Object.values(TABLE_SHAPE.primaryIndex)).toEqual(keysOf(KeySchema));
  expect(
    Object.entries(TABLE_SHAPE.globalIndexes).map(([name, keys]) => [name, Object.values(keys)]),
  ).toEqual(GlobalSecondaryIndexes.map(({ IndexName, KeySchema }) => [IndexName, keysOf(KeySchema)]));
});

it('the dashboard’s policy names its API, the projects and the login, and nobody else', () => {
  const settings = readSettings('production', RIGHT);
  const policy = settings.ok ? webPolicy(settings.value) : '';
  expect(policy).not.toMatch(/unsafe|\*(?!\.example\.com)/);
  expect(policy).toContain('script-src https://app.example.com/assets/ https://app.example.com/theme.js;');
  expect(policy).toContain(
    "connect-src 'self' https://*.example.com wss://*.example.com https://cognito-idp.eu-central-1.amazonaws.com https://production-example-com.auth.eu-central-1.amazoncognito.com;",
  );
});
