import { SECTIONS } from '../../functions/contract/settings/sections.ts';
import type { SectionName } from '../../functions/contract/settings/sections.ts';
import type { Values } from '../../functions/core/project/settings/settings.ts';
import { integrationsIn } from '../../functions/core/project/settings/third-party-auth.ts';
import type { Target, TemplateSettings } from '../../functions/core/project/template.ts';
import {
  type ConfiguredStack,
  type SettingsEnvironment,
  type Variables,
  secretsOf,
  sectionOf,
  textOf,
  variablesOf,
} from './environment.ts';
import { PROVIDER_SECRETS, PROVIDER_SETTINGS, judgeProviders, providersOf } from './light-providers.ts';

const MAILS = ['confirmation', 'email_change', 'invite', 'magic_link', 'reauthentication', 'recovery'];

const AUTH: Variables = {
  site_url: 'SITE_URL',
  uri_allow_list: 'ADDITIONAL_REDIRECT_URLS',
  disable_signup: 'DISABLE_SIGNUP',
  jwt_exp: 'JWT_EXPIRY',
  external_email_enabled: 'ENABLE_EMAIL_SIGNUP',
  external_phone_enabled: 'ENABLE_PHONE_SIGNUP',
  external_anonymous_users_enabled: 'ENABLE_ANONYMOUS_USERS',
  sms_autoconfirm: 'ENABLE_PHONE_AUTOCONFIRM',
  mailer_autoconfirm: 'MAILER_AUTOCONFIRM',
  mailer_otp_exp: 'MAILER_OTP_EXP',
  mailer_otp_length: 'MAILER_OTP_LENGTH',
  mailer_secure_email_change_enabled: 'MAILER_SECURE_EMAIL_CHANGE_ENABLED',
  ...Object.fromEntries(
    MAILS.flatMap((mail) => [
      [`mailer_subjects_${mail}`, `MAILER_SUBJECTS_${mail.toUpperCase()}`],
      [`mailer_templates_${mail}_content`, `MAILER_TEMPLATES_${mail.toUpperCase()}_CONTENT`],
    ]),
  ),
  smtp_host: 'SMTP_HOST',
  smtp_port: 'SMTP_PORT',
  smtp_user: 'SMTP_USER',
  smtp_admin_email: 'SMTP_ADMIN_EMAIL',
  smtp_sender_name: 'SMTP_SENDER_NAME',
  smtp_max_frequency: 'SMTP_MAX_FREQUENCY',
  mfa_max_enrolled_factors: 'MFA_MAX_ENROLLED_FACTORS',
  mfa_totp_enroll_enabled: 'MFA_TOTP_ENROLL_ENABLED',
  mfa_totp_verify_enabled: 'MFA_TOTP_VERIFY_ENABLED',
  oauth_server_enabled: 'OAUTH_SERVER_ENABLED',
  oauth_server_authorization_path: 'OAUTH_SERVER_AUTHORIZATION_PATH',
  password_min_length: 'PASSWORD_MIN_LENGTH',
  password_required_characters: 'PASSWORD_REQUIRED_CHARACTERS',
  rate_limit_anonymous_users: 'RATE_LIMIT_ANONYMOUS_USERS',
  rate_limit_email_sent: 'RATE_LIMIT_EMAIL_SENT',
  rate_limit_otp: 'RATE_LIMIT_OTP',
  rate_limit_token_refresh: 'RATE_LIMIT_TOKEN_REFRESH',
  rate_limit_verify: 'RATE_LIMIT_VERIFY',
  refresh_token_rotation_enabled: 'SECURITY_REFRESH_TOKEN_ROTATION_ENABLED',
  security_refresh_token_reuse_interval: 'SECURITY_REFRESH_TOKEN_REUSE_INTERVAL',
  security_manual_linking_enabled: 'SECURITY_MANUAL_LINKING_ENABLED',
  security_update_password_require_reauthentication: 'SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION',
  sessions_single_per_user: 'SESSIONS_SINGLE_PER_USER',
};

const AUTH_SECRETS: Variables = { smtp_pass: 'SMTP_PASS', ...PROVIDER_SECRETS };

/** Not as they are: hours that become seconds, a hook and the switch of it, providers. */
const AUTH_COMPUTED = [
  'sessions_timebox',
  'sessions_inactivity_timeout',
  'hook_custom_access_token_enabled',
  'hook_custom_access_token_uri',
  ...PROVIDER_SETTINGS,
];

const REST: Variables = { db_pool: 'PGRST_DB_POOL' };

const STORAGE: Variables = {
  file_size_limit: 'FILE_SIZE_LIMIT',
  image_transformation: 'IMAGE_TRANSFORMATION_ENABLED',
};

const REALTIME: Variables = {
  suspend: 'REALTIME_SUSPEND',
  private_only: 'REALTIME_PRIVATE_ONLY',
  presence_enabled: 'REALTIME_PRESENCE_ENABLED',
  max_concurrent_users: 'REALTIME_MAX_CONCURRENT_USERS',
  max_events_per_second: 'REALTIME_MAX_EVENTS_PER_SECOND',
  max_presence_events_per_second: 'REALTIME_MAX_PRESENCE_EVENTS_PER_SECOND',
  max_joins_per_second: 'REALTIME_MAX_JOINS_PER_SECOND',
  max_channels_per_client: 'REALTIME_MAX_CHANNELS_PER_CLIENT',
  max_payload_size_in_kb: 'REALTIME_MAX_PAYLOAD_SIZE_IN_KB',
};

/** Of its stack's settings what the light process is told. */
export function lightEnvironment(stack: ConfiguredStack): SettingsEnvironment {
  const auth = sectionOf(stack, 'auth');
  const seconds = (name: string) => String(Math.round(Number(auth[name] ?? 0) * 3600));
  const hook = auth['hook_custom_access_token_enabled'] === true;
  return {
    variables: {
      ...variablesOf(auth, AUTH),
      SESSIONS_TIMEBOX: seconds('sessions_timebox'),
      SESSIONS_INACTIVITY_TIMEOUT: seconds('sessions_inactivity_timeout'),
      AUTH_HOOK_CUSTOM_ACCESS_TOKEN: hook ? textOf(auth['hook_custom_access_token_uri']) : '',
      AUTH_OIDC_PROVIDERS: providersOf(auth),
      THIRD_PARTY_AUTH: issuersOf(sectionOf(stack, 'third_party')),
      // What stands before the process adds the address that it has seen.
      RATE_LIMIT_HEADER: 'x-forwarded-for',
      ...variablesOf(sectionOf(stack, 'postgrest'), REST),
      ...variablesOf(sectionOf(stack, 'storage'), STORAGE),
      ...variablesOf(sectionOf(stack, 'realtime'), REALTIME),
    },
    secrets: secretsOf(stack, 'auth', AUTH_SECRETS),
  };
}

/** ECS takes a description of 64 KiB for all that a task is told. */
const MOST_TEXT_ON_ECS = 24_000;
const MOST_KEYS_ON_ECS = 8000;

/** Ten years. */
const MOST_HOURS = 87_600;

const HOOK = /^pg-functions:\/\/[^/]+\/[A-Za-z_]\w*\/[A-Za-z_]\w*$/;

/** S3 copies no more than this in one request. */
const LARGEST_OBJECT = 5 * 1024 ** 3;

function judgeAuth(values: Values, target: Target): ReturnType<NonNullable<TemplateSettings['judge']>> {
  if (!/^https?:$/.test(URL.parse(textOf(values['site_url']))?.protocol ?? ''))
    return { name: 'site_url', because: 'must be an http or https URL' };
  for (const name of ['sessions_timebox', 'sessions_inactivity_timeout'])
    if (Number(values[name]) > MOST_HOURS) return { name, because: `must be at most ${MOST_HOURS} hours` };
  const hook = 'hook_custom_access_token';
  if (values[`${hook}_enabled`] === true && !HOOK.test(textOf(values[`${hook}_uri`])))
    return { name: `${hook}_uri`, because: 'must be pg-functions://postgres/<schema>/<function>' };
  if (Number(textOf(values['smtp_port']) || 587) > 65_535)
    return { name: 'smtp_port', because: 'must be a port' };
  if (values['smtp_host'] === null && values['mailer_autoconfirm'] === false && target === 'aws')
    return {
      name: 'mailer_autoconfirm',
      because: 'may be false only with an smtp_host: nobody could confirm',
    };
  if (target === 'aws' && JSON.stringify(values).length > MOST_TEXT_ON_ECS)
    return {
      name: 'mailer_templates_*',
      because: `all texts may have ${MOST_TEXT_ON_ECS} characters together`,
    };
  return judgeProviders(values);
}

/** As the light template reads them: by what their keys are found. */
function issuersOf(values: Values): string {
  return JSON.stringify(
    integrationsIn(values).map(({ oidc_issuer_url: issuer, jwks_url, custom_jwks: jwks }) => {
      if (issuer !== null) return { issuer };
      return jwks_url === null ? { jwks } : { jwks_url };
    }),
  );
}

function judgeIssuers(values: Values, target: Target): ReturnType<NonNullable<TemplateSettings['judge']>> {
  if (target === 'aws' && textOf(values['integrations']).length > MOST_KEYS_ON_ECS)
    return { name: 'custom_jwks', because: `all keys may have ${MOST_KEYS_ON_ECS} characters together` };
  const urls = integrationsIn(values).flatMap(
    ({ oidc_issuer_url, jwks_url }) => oidc_issuer_url ?? jwks_url ?? [],
  );
  const plain = urls.find((url) => !url.startsWith('https:') && !isLoopback(url));
  if (plain === undefined) return undefined;
  return { name: 'oidc_issuer_url', because: 'must be https, where it is not on this machine' };
}

const isLoopback = (url: string) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(URL.parse(url)?.hostname ?? '');

function judgeStorage(values: Values): ReturnType<NonNullable<TemplateSettings['judge']>> {
  if (Number(values['file_size_limit']) <= LARGEST_OBJECT) return undefined;
  return { name: 'file_size_limit', because: `must be at most ${LARGEST_OBJECT}` };
}

export const LIGHT_SETTINGS: Readonly<Partial<Record<SectionName, TemplateSettings>>> = {
  auth: {
    honours: [...Object.keys(AUTH), ...Object.keys(AUTH_SECRETS), ...AUTH_COMPUTED].filter(
      (name) => name in SECTIONS.auth,
    ),
    judge: judgeAuth,
  },
  third_party: { honours: ['integrations'], judge: judgeIssuers },
  postgrest: { honours: ['db_schema', 'max_rows', 'db_extra_search_path', ...Object.keys(REST)] },
  storage: { honours: Object.keys(STORAGE), judge: judgeStorage },
  realtime: { honours: Object.keys(REALTIME) },
};
