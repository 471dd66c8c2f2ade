/** GoTrue's names of its mails, as its settings have them. */
export const MAIL_KINDS = [
  'confirmation',
  'invite',
  'recovery',
  'magic_link',
  'email_change',
  'reauthentication',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** Texts of the project's own, by kind; HTML with GoTrue's placeholders. */
export type MailTemplates = Partial<Readonly<Record<MailKind, { subject?: string; content?: string }>>>;
export type MailValues = Readonly<Record<string, string>>;
export type Rendered = { subject: string; text: string; html: string };
type MailText = { readonly subject: string; readonly intro: string; readonly action: string };

/** Supabase's default texts. */
const DEFAULTS: Readonly<Record<MailKind, MailText>> = {
  confirmation: {
    subject: 'Confirm Your Signup',
    intro: 'Follow this link to confirm your account.',
    action: 'Confirm your email',
  },
  invite: {
    subject: 'You have been invited',
    intro: 'You have been invited to create an account. Follow this link to accept.',
    action: 'Accept the invite',
  },
  recovery: {
    subject: 'Reset Your Password',
    intro: 'Follow this link to reset the password of your account.',
    action: 'Reset password',
  },
  magic_link: { subject: 'Your Magic Link', intro: 'Follow this link to sign in.', action: 'Sign in' },
  email_change: {
    subject: 'Confirm Email Change',
    intro: 'Follow this link to confirm the change of your email address.',
    action: 'Change email',
  },
  reauthentication: {
    subject: 'Confirm Reauthentication',
    intro: 'Enter this code to confirm that it is you.',
    action: '',
  },
};

export function renderMail(kind: MailKind, values: MailValues, templates: MailTemplates): Rendered {
  const own = templates[kind] ?? {};
  const { intro, action } = DEFAULTS[kind];
  // A line break in a value would begin another header.
  const subject = fill(own.subject ?? DEFAULTS[kind].subject, values, (value) =>
    value.replaceAll(/\s+/g, ' '),
  );
  const url = values['ConfirmationURL'] ?? '';
  const codeLine = url === '' ? `Your code: ${values['Token']}` : `Or enter this code: ${values['Token']}`;
  const anchor = url === '' ? '' : `<p><a href="{{ .ConfirmationURL }}">${escapeHtml(action)}</a></p>`;
  const html =
    own.content ??
    `<h2>${escapeHtml(subject)}</h2><p>${escapeHtml(intro)}</p>${anchor}<p>${escapeHtml(codeLine)}</p>`;
  return {
    subject,
    text: [intro, ...(url === '' ? [] : [url]), codeLine].join('\n\n'),
    html: fill(html, values, escapeHtml),
  };
}

/** GoTrue's templates are Go's: `{{ .Token }}`; what is not known stays empty. */
function fill(template: string, values: MailValues, escape: (value: string) => string): string {
  return template.replaceAll(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: string) => escape(values[name] ?? ''));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
