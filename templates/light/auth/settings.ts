import type { SettingReader } from '../settings/reader.ts';
import { MAIL_KINDS, type MailTemplates } from './mail/mails.ts';
import { readProviders } from './oidc/provider-settings.ts';
import { parseHook } from './sessions/token-hook.ts';

const DAY = 86_400;
const LARGEST = 2_147_483_647;

/** Names and defaults are GoTrue's and those of Supabase's own containers. */
export function readAuthSettings(settings: SettingReader, externalUrl: string) {
  const siteUrl = settings.url('SITE_URL', externalUrl === '' ? 'http://localhost:3000' : externalUrl);
  const smtpHost = settings.optionalText('SMTP_HOST');
  const outbox = settings.optionalText('MAILER_OUTBOX');
  const sender = settings.text('SMTP_ADMIN_EMAIL', `noreply@${URL.parse(siteUrl)?.hostname ?? 'localhost'}`);
  const senderName = settings.optionalText('SMTP_SENDER_NAME')?.replaceAll(/["\\\r\n]/g, '');
  return {
    siteUrl,
    redirectUrls: settings.list('ADDITIONAL_REDIRECT_URLS', []),
    tokenLifetimeSeconds: settings.integer('JWT_EXPIRY', 3600, { min: 30, max: 604_800 }),
    signupDisabled: settings.flag('DISABLE_SIGNUP', false),
    autoconfirm: settings.flag('MAILER_AUTOCONFIRM', true),
    emailEnabled: settings.flag('ENABLE_EMAIL_SIGNUP', true),
    phoneEnabled: settings.flag('ENABLE_PHONE_SIGNUP', false),
    phoneAutoconfirm: settings.flag('ENABLE_PHONE_AUTOCONFIRM', false),
    anonymousEnabled: settings.flag('ENABLE_ANONYMOUS_USERS', false),
    manualLinking: settings.flag('SECURITY_MANUAL_LINKING_ENABLED', false),
    totpEnabled: settings.flag('MFA_TOTP_ENROLL_ENABLED', true),
    totpVerifyEnabled: settings.flag('MFA_TOTP_VERIFY_ENABLED', true),
    mostFactors: settings.integer('MFA_MAX_ENROLLED_FACTORS', 10, { min: 0, max: LARGEST }),
    oauthServer: settings.flag('OAUTH_SERVER_ENABLED', false),
    consentPath: settings.text('OAUTH_SERVER_AUTHORIZATION_PATH', '/oauth/consent'),
    reauthenticate: settings.flag('SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION', false),
    outbox,
    sender: senderName === undefined ? sender : `"${senderName}" <${sender}>`,
    smtp:
      smtpHost === undefined
        ? undefined
        : {
            host: smtpHost,
            port: settings.integer('SMTP_PORT', 587, { min: 1, max: 65_535 }),
            user: settings.optionalText('SMTP_USER'),
            password: settings.optionalText('SMTP_PASS'),
          },
    templates: readTemplates(settings),
    otpLength: settings.integer('MAILER_OTP_LENGTH', 6, { min: 6, max: 10 }),
    confirmChangeTwice: settings.flag('MAILER_SECURE_EMAIL_CHANGE_ENABLED', true),
    otpLifetimeSeconds: settings.integer('MAILER_OTP_EXP', 3600, { min: 10, max: DAY }),
    mailEverySeconds: settings.integer('SMTP_MAX_FREQUENCY', 60, { min: 0, max: DAY }),
    password: {
      minLength: settings.integer('PASSWORD_MIN_LENGTH', 6, { min: 6, max: 72 }),
      requiredCharacters: readCharacterSets(settings.text('PASSWORD_REQUIRED_CHARACTERS', '')),
      breachList: settings.optionalText('PASSWORD_BREACH_LIST'),
    },
    sessions: {
      singlePerUser: settings.flag('SESSIONS_SINGLE_PER_USER', false),
      timeboxSeconds: readSeconds(settings, 'SESSIONS_TIMEBOX'),
      inactivitySeconds: readSeconds(settings, 'SESSIONS_INACTIVITY_TIMEOUT'),
      rotation: settings.flag('SECURITY_REFRESH_TOKEN_ROTATION_ENABLED', true),
      reuseSeconds: settings.integer('SECURITY_REFRESH_TOKEN_REUSE_INTERVAL', 10, { min: 0, max: LARGEST }),
    },
    tokenHook: readHook(settings),
    providers: readProviders(settings),
    limits: {
      mailsPerHour:
        smtpHost === undefined && settings.optionalText('RATE_LIMIT_EMAIL_SENT') === undefined
          ? undefined
          : settings.integer('RATE_LIMIT_EMAIL_SENT', 30, { min: 0, max: LARGEST }),
      // Without the name of a header that the operator's own proxy sets, nobody knows who is who.
      addressHeader: settings.optionalText('RATE_LIMIT_HEADER'),
      anonymousPerHour: settings.integer('RATE_LIMIT_ANONYMOUS_USERS', 30, { min: 0, max: LARGEST }),
      otpPerFiveMinutes: settings.integer('RATE_LIMIT_OTP', 30, { min: 0, max: LARGEST }),
      verifyPerFiveMinutes: settings.integer('RATE_LIMIT_VERIFY', 30, { min: 0, max: LARGEST }),
      refreshPerFiveMinutes: settings.integer('RATE_LIMIT_TOKEN_REFRESH', 150, { min: 0, max: LARGEST }),
    },
  };
}

export type AuthSettings = ReturnType<typeof readAuthSettings>;

function readTemplates(settings: SettingReader): MailTemplates {
  return Object.fromEntries(
    MAIL_KINDS.map((kind) => {
      const name = kind.toUpperCase();
      const subject = settings.optionalText(`MAILER_SUBJECTS_${name}`);
      const content = settings.optionalText(`MAILER_TEMPLATES_${name}_CONTENT`);
      return [
        kind,
        { ...(subject === undefined ? {} : { subject }), ...(content === undefined ? {} : { content }) },
      ];
    }),
  );
}

/** Sets are separated by colons; a colon within one stands behind a backslash. */
function readCharacterSets(text: string): readonly string[] {
  return text
    .split(/(?<!\\):/)
    .map((set) => set.replaceAll(String.raw`\:`, ':'))
    .filter((set) => set !== '');
}

function readSeconds(settings: SettingReader, name: string): number | undefined {
  const seconds = settings.integer(name, 0, { min: 0, max: 10 * 365 * DAY });
  return seconds === 0 ? undefined : seconds;
}

function readHook(settings: SettingReader) {
  const uri = settings.optionalText('AUTH_HOOK_CUSTOM_ACCESS_TOKEN');
  const hook = uri === undefined ? undefined : parseHook(uri);
  if (uri !== undefined && hook === undefined)
    settings.refuse('AUTH_HOOK_CUSTOM_ACCESS_TOKEN', 'must be pg-functions://postgres/<schema>/<function>.');
  return hook;
}
