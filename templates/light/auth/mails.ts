export type MailKind = 'signup' | 'recovery' | 'magiclink' | 'email_change' | 'reauthentication';
type MailText = { readonly subject: string; readonly intro: string; readonly action: string };

/** Supabase's default texts. */
export const MAILS: Readonly<Record<MailKind, MailText>> = {
  signup: {
    subject: 'Confirm Your Signup',
    intro: 'Follow this link to confirm your account.',
    action: 'Confirm your email',
  },
  recovery: {
    subject: 'Reset Your Password',
    intro: 'Follow this link to reset the password of your account.',
    action: 'Reset password',
  },
  magiclink: { subject: 'Your Magic Link', intro: 'Follow this link to sign in.', action: 'Sign in' },
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

export function renderMail(
  { subject, intro, action }: MailText,
  { code, url }: { code: string; url?: string },
): { subject: string; text: string; html: string } {
  const codeLine = url === undefined ? `Your code: ${code}` : `Or enter this code: ${code}`;
  const lines = url === undefined ? [intro, codeLine] : [intro, url, codeLine];
  const anchor = url === undefined ? '' : `<p><a href="${escapeHtml(url)}">${escapeHtml(action)}</a></p>`;
  return {
    subject,
    text: lines.join('\n\n'),
    html: `<h2>${escapeHtml(subject)}</h2><p>${escapeHtml(intro)}</p>${anchor}<p>${escapeHtml(codeLine)}</p>`,
  };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
