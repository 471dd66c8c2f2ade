import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../functions/contract/settings/sections.ts';
import {
  changeShape,
  type SettingTable,
  type SettingValue,
} from '../../functions/contract/settings/setting.ts';
import { mergeChange } from '../../functions/core/project/settings/merge-change.ts';
import { NO_SETTINGS, UNCHANGED, type Values } from '../../functions/core/project/settings/settings.ts';
import { makeSettings } from '../../test/light/running-project.ts';
import { readConfig } from '../light/settings/config.ts';
import { LIGHT_SETTINGS, lightEnvironment } from './light.ts';

const template = { settings: LIGHT_SETTINGS };
const TABLE: SettingTable = SECTIONS.auth;
const shape = changeShape(TABLE);

/** Values at the ends of what the contract takes. */
const CANDIDATES: readonly SettingValue[] = [
  true,
  false,
  0,
  1,
  6,
  10,
  30,
  72,
  3600,
  32_767,
  86_400,
  604_800,
  2_147_483_647,
  '',
  '25',
  '/x',
  'https://site.example',
  'someone@example.com',
  'äöü "quoted"\r\n, {{ .Token }}',
];

const SPECIAL = ['hook_custom_access_token_enabled', 'hook_custom_access_token_uri'];

async function configOf(auth: Values, kept: Readonly<Record<string, string>> = {}) {
  const settings = { ...NO_SETTINGS, auth: mergeChange(template, 'auth', UNCHANGED, auth).changed };
  const { variables, secrets } = lightEnvironment({ template, settings });
  const told = Object.entries(secrets).map(([name, key]) => [name, kept[key] ?? '']);
  return readConfig({
    ...(await makeSettings()),
    MAILER_OUTBOX: '/tmp/outbox',
    ...variables,
    ...Object.fromEntries(told),
  });
}

const plain = (LIGHT_SETTINGS.auth?.honours ?? []).filter(
  (name) => TABLE[name]?.secret !== true && !SPECIAL.includes(name) && !name.startsWith('external_'),
);

describe('what the light template honours of Auth', () => {
  it.each(plain)(
    '%s: whatever the contract takes and is not refused is what it starts with',
    async (name) => {
      const taken = CANDIDATES.filter((value) => shape[name]?.safeParse(value).success);
      expect(taken).not.toEqual([]);
      for (const value of taken) {
        const { changed } = mergeChange(template, 'auth', UNCHANGED, { [name]: value });
        const fallbacks = Object.entries(TABLE).map(([each, { fallback }]) => [each, fallback]);
        const values = { ...Object.fromEntries(fallbacks), ...changed.values };
        if (LIGHT_SETTINGS.auth?.judge?.(values, 'local') !== undefined) continue;
        expect(await configOf({ [name]: value })).toMatchObject({ ok: true });
      }
    },
  );

  it('is, without a change, what the template is by itself', async () => {
    const started = await configOf({});
    const bare = await readConfig({
      ...(await makeSettings()),
      MAILER_OUTBOX: '/tmp/outbox',
      SITE_URL: 'http://localhost:3000',
    });
    if (!started.ok || !bare.ok) throw new Error('the settings were refused');
    const { templates: _, limits: __, ...auth } = bare.config.auth;
    expect(started.config.auth).toMatchObject(auth);
    expect(started.config).toMatchObject({ rest: bare.config.rest, storage: bare.config.storage });
  });

  it('reaches the process: hours as seconds, a hook, a provider with the secret that is kept apart', async () => {
    const secret = { auth_external_google_secret: 'hush' };
    const given = {
      sessions_timebox: 1.5,
      hook_custom_access_token_enabled: true,
      hook_custom_access_token_uri: 'pg-functions://postgres/public/claims',
      external_google_enabled: true,
      external_google_client_id: 'web, other',
      external_google_additional_client_ids: 'ios',
      external_google_secret: 'hush',
    };
    const read = await configOf(given, secret);
    expect(read).toMatchObject({
      ok: true,
      config: {
        auth: {
          sessions: { timeboxSeconds: 5400, inactivitySeconds: undefined },
          tokenHook: { schema: 'public', name: 'claims' },
          providers: [
            {
              name: 'google',
              issuer: 'https://accounts.google.com',
              client_id: 'web',
              client_secret: 'hush',
              acceptable_client_ids: ['other', 'ios'],
            },
          ],
        },
      },
    });
    const settings = { ...NO_SETTINGS, auth: mergeChange(template, 'auth', UNCHANGED, given).changed };
    expect(JSON.stringify(lightEnvironment({ template, settings }).variables)).not.toContain('hush');
  });

  it.each<[string, Values]>([
    ['site_url', { site_url: 'myapp://home' }],
    ['smtp_port', { smtp_host: 'mail.example', smtp_port: '70000' }],
    ['hook_custom_access_token_uri', { hook_custom_access_token_enabled: true }],
    ['external_google_client_id', { external_google_enabled: true }],
    ['external_keycloak_url', { external_keycloak_enabled: true, external_keycloak_client_id: 'x' }],
    ['sessions_timebox', { sessions_timebox: 100_000 }],
  ])('does not go with everything: %s', (name, given) => {
    const fallbacks = Object.entries(TABLE).map(([each, { fallback }]) => [each, fallback]);
    const refusal = LIGHT_SETTINGS.auth?.judge?.({ ...Object.fromEntries(fallbacks), ...given }, 'local');
    expect(refusal?.name).toBe(name);
  });
});
