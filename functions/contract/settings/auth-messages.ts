import { type SettingTable, flag, integer, secret, text } from './setting.ts';

const LARGEST = 2_147_483_647;
const LARGEST_SMALL = 32_767;

/** Supabase's default subjects of the mails that ask for something. */
const MAILS: Readonly<Record<string, string>> = {
  confirmation: 'Confirm Your Signup',
  email_change: 'Confirm Email Change',
  invite: 'You have been invited',
  magic_link: 'Your Magic Link',
  reauthentication: 'Confirm Reauthentication',
  recovery: 'Reset Your Password',
};

/** Events that users can be told of by mail. */
const NOTIFICATIONS = [
  'password_changed',
  'email_changed',
  'phone_changed',
  'mfa_factor_enrolled',
  'mfa_factor_unenrolled',
  'identity_linked',
  'identity_unlinked',
] as const;

const HOOKS = [
  'custom_access_token',
  'mfa_verification_attempt',
  'password_verification_attempt',
  'send_sms',
  'send_email',
  'before_user_created',
  'after_user_created',
] as const;

/** What is sent to users, by whom, and what is asked of the project's own code. */
export const MESSAGE_SETTINGS: SettingTable = {
  mailer_allow_unverified_email_sign_ins: flag(false),
  // Supabase's is false, with a mail server of its own behind it.
  mailer_autoconfirm: flag(true),
  mailer_otp_exp: integer(3600, { min: 10, max: 86_400 }),
  mailer_otp_length: integer(6, { min: 6, max: 10 }),
  mailer_secure_email_change_enabled: flag(true),
  ...Object.fromEntries(
    Object.entries(MAILS).flatMap(([mail, subject]) => [
      [`mailer_subjects_${mail}`, text(subject)],
      [`mailer_templates_${mail}_content`, text(null)],
    ]),
  ),
  ...Object.fromEntries(
    NOTIFICATIONS.flatMap((event) => [
      [`mailer_subjects_${event}_notification`, text(null)],
      [`mailer_templates_${event}_notification_content`, text(null)],
      [`mailer_notifications_${event}_enabled`, flag(false)],
    ]),
  ),

  smtp_admin_email: text(null, { format: 'email' }),
  smtp_host: text(null),
  smtp_max_frequency: integer(60, { min: 0, max: LARGEST_SMALL }),
  smtp_pass: secret,
  smtp_port: text(null, { pattern: /^\d{1,5}$/ }),
  smtp_sender_name: text(null),
  smtp_user: text(null),

  sms_autoconfirm: flag(false),
  sms_max_frequency: integer(5, { min: 0, max: LARGEST_SMALL }),
  sms_otp_exp: integer(60, { min: 0, max: LARGEST }),
  sms_otp_length: integer(6, { min: 0, max: LARGEST_SMALL }),
  sms_provider: text('twilio', {
    choices: ['messagebird', 'textlocal', 'twilio', 'twilio_verify', 'vonage'],
  }),
  sms_template: text('Your code is {{ .Code }}'),
  sms_test_otp: text(null, { pattern: /^([0-9]{1,15}=[0-9]+,?)*$/ }),
  sms_test_otp_valid_until: text(null, { format: 'date-time' }),
  sms_messagebird_access_key: secret,
  sms_messagebird_originator: text(null),
  sms_textlocal_api_key: secret,
  sms_textlocal_sender: text(null),
  sms_twilio_account_sid: text(null),
  sms_twilio_auth_token: secret,
  sms_twilio_content_sid: text(null),
  sms_twilio_message_service_sid: text(null),
  sms_twilio_verify_account_sid: text(null),
  sms_twilio_verify_auth_token: secret,
  sms_twilio_verify_message_service_sid: text(null),
  sms_vonage_api_key: text(null),
  sms_vonage_api_secret: secret,
  sms_vonage_from: text(null),

  ...Object.fromEntries(
    HOOKS.flatMap((hook) => [
      [`hook_${hook}_enabled`, flag(false)],
      [`hook_${hook}_uri`, text(null)],
      [`hook_${hook}_secrets`, secret],
    ]),
  ),
};
