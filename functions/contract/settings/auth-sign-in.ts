import { type SettingTable, fixed, flag, integer, secret, text } from './setting.ts';

const LARGEST = 2_147_483_647;
const LARGEST_SMALL = 32_767;

/** Sets of characters that a password must have one of each of, separated by colons. */
const CHARACTER_SETS = [
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789',
  'abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789',
  'abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789:!@#$%^&*()_+-=[]{};\'\\\\:"|<>?,./`~',
  '',
] as const;

const rate = (fallback: number) => integer(fallback, { min: 1, max: LARGEST });

/** Who may sign in, how, and for how long. */
export const SIGN_IN_SETTINGS: SettingTable = {
  site_url: text('http://localhost:3000', {
    pattern: /^https?:\/\/[^,\s]+$|^[a-z][a-z0-9+.-]*:\/\/[^,\s]*$/i,
  }),
  uri_allow_list: text(''),
  disable_signup: flag(false),
  // Below half a minute a token would be gone before its client can use it.
  jwt_exp: integer(3600, { min: 30, max: 604_800 }),
  external_email_enabled: flag(true),
  external_phone_enabled: flag(false),
  external_anonymous_users_enabled: flag(false),
  external_web3_solana_enabled: flag(false),
  external_web3_ethereum_enabled: flag(false),
  api_max_request_duration: integer(null),
  db_max_pool_size: integer(null),
  db_max_pool_size_unit: text(null, { choices: ['connections', 'percent'] }),

  mfa_max_enrolled_factors: integer(10, { min: 0, max: LARGEST }),
  mfa_totp_enroll_enabled: flag(true),
  mfa_totp_verify_enabled: flag(true),
  mfa_phone_enroll_enabled: flag(false),
  mfa_phone_verify_enabled: flag(false),
  mfa_phone_otp_length: integer(6, { min: 0, max: LARGEST_SMALL }),
  mfa_phone_template: text('Your code is {{ .Code }}'),
  mfa_phone_max_frequency: integer(5, { min: 0, max: LARGEST_SMALL }),
  mfa_web_authn_enroll_enabled: flag(false),
  mfa_web_authn_verify_enabled: flag(false),
  passkey_enabled: flag(false),
  webauthn_rp_display_name: text(null),
  webauthn_rp_id: text(null),
  webauthn_rp_origins: text(null),

  password_hibp_enabled: flag(false),
  // bcrypt looks at 72 bytes.
  password_min_length: integer(6, { min: 6, max: 72 }),
  password_required_characters: text('', { choices: CHARACTER_SETS }),

  rate_limit_anonymous_users: rate(30),
  rate_limit_email_sent: rate(30),
  rate_limit_sms_sent: rate(30),
  rate_limit_token_refresh: rate(150),
  rate_limit_verify: rate(30),
  rate_limit_otp: rate(30),
  rate_limit_web3: rate(30),

  refresh_token_rotation_enabled: flag(true),
  security_refresh_token_reuse_interval: integer(10, { min: 0, max: LARGEST }),
  security_manual_linking_enabled: flag(false),
  security_update_password_require_reauthentication: flag(false),
  security_update_password_require_current_password: flag(false),
  security_sb_forwarded_for_enabled: flag(false),
  security_captcha_enabled: flag(false),
  security_captcha_provider: text(null, { choices: ['turnstile', 'hcaptcha'] }),
  security_captcha_secret: secret,

  /** In hours; 0 is none. */
  sessions_timebox: { kind: 'number', fallback: 0, min: 0 },
  sessions_inactivity_timeout: { kind: 'number', fallback: 0, min: 0 },
  sessions_single_per_user: flag(false),
  sessions_tags: text(null, { pattern: /^[\sa-zA-Z0-9_,-]*$/ }),

  saml_enabled: flag(false),
  saml_external_url: text(null, { pattern: /^[^,]+$/ }),
  saml_allow_encrypted_assertions: fixed(flag(false)),

  oauth_server_enabled: flag(false),
  oauth_server_allow_dynamic_registration: flag(false),
  oauth_server_authorization_path: text('/oauth/consent', { pattern: /^\/\S*$/ }),
  nimbus_oauth_client_id: text(null),
  nimbus_oauth_client_secret: secret,
  nimbus_oauth_email_optional: fixed(flag(null)),
  custom_oauth_enabled: flag(true),
  // As many as the table holds.
  custom_oauth_max_providers: fixed(integer(2_147_483_647)),
};
