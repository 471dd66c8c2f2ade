import { expect, test } from 'vitest';
import { projectRefSchema } from '../functions/core/kernel/ids.ts';
import { newProjectSecret } from '../functions/core/project/project-secret.ts';
import { NO_SETTINGS } from '../functions/core/project/settings/settings.ts';
import { stackKeys } from '../functions/core/project/stack-keys.ts';
import { readConfig } from './light/settings/config.ts';
import { lightTask } from './light-task.ts';
import { LIGHT_SETTINGS, lightEnvironment } from './settings/light.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');
const PLACE: Readonly<Record<string, string>> = {
  ref: REF,
  url: `https://${REF}.example.com`,
  region: 'eu-central-1',
  bucket: 'objects',
  database_host: 'db.internal',
  database_port: '5432',
  database_name: 'p0123',
  role_suffix: '_p0123',
};

test('the light program takes what its task gives it, and has a place for its files in S3', async () => {
  const secret = newProjectSecret(REF, {
    now: new Date('2026-01-01T00:00:00Z'),
    random: { bytes: (length) => new Uint8Array(length).fill(7) },
  });
  const values = new Map(
    Object.entries({ ...secret, ...stackKeys(secret) }).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
  const [container] = lightTask({
    version: '0.1.0',
    services: ['db', 'rest', 'auth', 'storage', 'functions'],
    settings: lightEnvironment({ template: { settings: LIGHT_SETTINGS }, settings: NO_SETTINGS }),
  }).containers;
  const environment = Object.entries(container?.environment ?? {}).map(([name, value]) => [
    name,
    value.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => PLACE[key] ?? ''),
  ]);
  const secrets = Object.entries(container?.secrets ?? {}).map(([name, key]) => [name, values.get(key)]);
  const read = await readConfig(Object.fromEntries([...environment, ...secrets]));
  expect(read).toMatchObject({
    ok: true,
    config: {
      storage: { place: { kind: 's3', bucket: 'objects', prefix: `${REF}/`, region: 'eu-central-1' } },
      services: new Set(['rest', 'auth', 'storage', 'functions']),
    },
  });
});
