import type { Values } from '../../project/settings/settings.ts';
import type { LintText } from './lint.ts';

/** A fault of the settings of Auth. */
export interface SettingsLint extends LintText {
  /** It concerns only projects whose template can put these in force. */
  readonly of: readonly string[];
  fires(values: Values): boolean;
  /** A sentence. */
  readonly detail: string;
}

/** Supabase's. */
const LONG_EXPIRY_SECONDS = 3600;

export const SETTINGS_LINTS: readonly SettingsLint[] = [
  {
    name: 'auth_leaked_password_protection',
    title: 'Leaked Password Protection Disabled',
    level: 'WARN',
    category: 'SECURITY',
    description: 'New passwords are not looked up among those that are known to have leaked.',
    remediation: 'Set password_hibp_enabled with PATCH /v1/projects/{ref}/config/auth.',
    of: ['password_hibp_enabled'],
    fires: (values) => values['password_hibp_enabled'] === false,
    detail: 'Auth takes passwords that are known to have leaked.',
  },
  {
    name: 'auth_otp_long_expiry',
    title: 'Auth OTP Long Expiry',
    level: 'WARN',
    category: 'SECURITY',
    description: 'What is mailed to sign in with is good for longer than an hour.',
    remediation: 'Set mailer_otp_exp to 3600 or less with PATCH /v1/projects/{ref}/config/auth.',
    of: ['mailer_otp_exp'],
    fires: (values) => Number(values['mailer_otp_exp'] ?? 0) > LONG_EXPIRY_SECONDS,
    detail: 'Links and codes in mails of Auth are good for more than an hour.',
  },
  {
    name: 'auth_insufficient_mfa_options',
    title: 'Insufficient MFA Options',
    level: 'WARN',
    category: 'SECURITY',
    description: 'There is no second factor that users could enrol.',
    remediation: 'Set mfa_totp_enroll_enabled with PATCH /v1/projects/{ref}/config/auth.',
    of: ['mfa_totp_enroll_enabled'],
    fires: (values) =>
      !['totp', 'phone', 'web_authn'].some((factor) => values[`mfa_${factor}_enroll_enabled`] === true),
    detail: 'Users cannot enrol any second factor.',
  },
];
