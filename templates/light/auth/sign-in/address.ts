import { invalid, type Refusal } from '../refusal.ts';

/** What can be mailed to: one at, something before it, a name behind it. */
export function judgeEmail(email: string): Refusal | undefined {
  const fits = email.length <= 255 && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(email);
  return fits ? undefined : invalid('Unable to validate email address: invalid format');
}

/** Numbers are kept as E.164 without its plus, as GoTrue does. */
export function readPhone(phone: string): string | undefined {
  const digits = phone.replaceAll(/[\s()-]/g, '').replace(/^\+/, '');
  return /^[1-9]\d{1,14}$/.test(digits) ? digits : undefined;
}

export function badPhone(): Refusal {
  return invalid('Invalid phone number format (E.164 required)');
}
