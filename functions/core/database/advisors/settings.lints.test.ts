import { expect, it } from 'vitest';
import { SETTINGS_LINTS } from './settings.lints.ts';

const SOUND = { password_hibp_enabled: true, mailer_otp_exp: 3600, mfa_totp_enroll_enabled: true };

it.each([
  ['auth_leaked_password_protection', { password_hibp_enabled: false }],
  ['auth_otp_long_expiry', { mailer_otp_exp: 3601 }],
  ['auth_insufficient_mfa_options', { mfa_totp_enroll_enabled: false }],
])('%s fires for what it is about alone', (name, fault) => {
  const firing = SETTINGS_LINTS.filter((lint) => lint.fires({ ...SOUND, ...fault }));
  expect(firing.map((lint) => lint.name)).toEqual([name]);
});

it('no lint fires for sound settings, nor for a factor of another kind', () => {
  expect(SETTINGS_LINTS.filter((lint) => lint.fires(SOUND))).toEqual([]);
  const other = { ...SOUND, mfa_totp_enroll_enabled: false, mfa_phone_enroll_enabled: true };
  expect(SETTINGS_LINTS.filter((lint) => lint.fires(other))).toEqual([]);
});
