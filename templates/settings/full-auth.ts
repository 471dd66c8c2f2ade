import { SECTIONS } from '../../functions/contract/settings/sections.ts';
import { PROVIDER_NAMES } from '../../functions/contract/settings/auth-providers.ts';
import type { SettingTable } from '../../functions/contract/settings/setting.ts';
import type { Values } from '../../functions/core/project/settings/settings.ts';
import type { TemplateSettings } from '../../functions/core/project/template.ts';
import {
  type ConfiguredStack,
  type SettingsEnvironment,
  type Variables,
  secretsOf,
  sectionOf,
  textOf,
  variablesOf,
} from './environment.ts';

const TABLE: SettingTable = SECTIONS.auth;

/** GoTrue's variable is its prefix and the setting's own name, but for these. */
const OTHERWISE: Variables = {
  uri_allow_list: 'GOTRUE_URI_ALLOW_LIST',
  refresh_token_rotation_enabled: 'GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED',
};

/** Those of GoTrue's that Supabase's own platform and not its configuration gives a meaning to, or that need keys. */
const NOT_GOTRUES = [
  /^api_max_request_duration$|^db_max_pool_size/,
  /^custom_oauth|^nimbus_oauth|^oauth_server|^passkey|^webauthn|^saml_|^security_sb_|_require_current_password$|^mfa_web_authn/,
  // It reads templates from an address, where nobody could put them.
  /^mailer_templates_|_notification$|^mailer_notifications_|^mailer_allow_unverified/,
  /^sms_test_otp_valid_until$|_additional_client_ids$|^sessions_|^sms_max_frequency$|^smtp_max_frequency$/,
  /^hook_after_user_created|^external_(x|workos)_/,
  /^mfa_phone_max_frequency$/,
];

const names = Object.keys(TABLE).filter(
  (name) => TABLE[name]?.fixed !== true && !NOT_GOTRUES.some((pattern) => pattern.test(name)),
);

const variableOf = (name: string) => OTHERWISE[name] ?? `GOTRUE_${name.toUpperCase()}`;

const listed = (secret: boolean): Variables =>
  Object.fromEntries(
    names
      .filter((name) => (TABLE[name]?.secret === true) === secret)
      .map((name) => [name, variableOf(name)] as const),
  );

const PLAIN = listed(false);
const SECRET = listed(true);

/** In Go's notation of durations. */
const DURATIONS: Readonly<Record<string, 's' | 'h'>> = {
  smtp_max_frequency: 's',
  sms_max_frequency: 's',
  mfa_phone_max_frequency: 's',
  sessions_timebox: 'h',
  sessions_inactivity_timeout: 'h',
};

const SESSIONS = ['sessions_single_per_user', 'sessions_tags'];

const CLIENT_IDS = PROVIDER_NAMES.map((name) => `external_${name}_additional_client_ids`).filter(
  (name) => name in TABLE,
);

export function authEnvironment(stack: ConfiguredStack): SettingsEnvironment {
  const auth = sectionOf(stack, 'auth');
  const durations = Object.entries(DURATIONS).flatMap(([name, unit]) =>
    Number(auth[name] ?? 0) === 0 ? [] : [[variableOf(name), `${String(auth[name])}${unit}`] as const],
  );
  return {
    variables: {
      ...variablesOf(auth, PLAIN),
      ...variablesOf(auth, Object.fromEntries(SESSIONS.map((name) => [name, variableOf(name)]))),
      ...Object.fromEntries(durations),
      ...Object.fromEntries(clientIds(auth)),
      // Kong says there whom it has seen.
      GOTRUE_RATE_LIMIT_HEADER: 'X-Real-IP',
    },
    secrets: secretsOf(stack, 'auth', SECRET),
  };
}

/** GoTrue takes all ids of a provider from one variable, its own first. */
function clientIds(auth: Values): readonly (readonly [string, string])[] {
  return CLIENT_IDS.flatMap((name) => {
    const own = name.replace('_additional_client_ids', '_client_id');
    const ids = [auth[own], auth[name]].map(textOf).filter((id) => id !== '');
    return ids.length === 0 ? [] : [[variableOf(own), ids.join(',')] as const];
  });
}

export const FULL_AUTH: TemplateSettings = {
  honours: [...names, ...Object.keys(DURATIONS), ...SESSIONS, ...CLIENT_IDS],
  judge: (values) =>
    values['smtp_host'] === null && values['mailer_autoconfirm'] === false
      ? { name: 'mailer_autoconfirm', because: 'may be false only with an smtp_host: nobody could confirm' }
      : undefined,
};
