import { type Fields, isUuid, object, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import { badPhone, judgeEmail, readPhone } from '../sign-in/address.ts';
import { hashPassword, isKnownHash, judgePassword, type PasswordRules } from '../users/password.ts';

/** What an administrator says about a user; what is undefined stays as it is. */
export type Attributes = {
  id: string | undefined;
  email: string | undefined;
  phone: string | undefined;
  role: string | undefined;
  passwordHash: string | undefined;
  emailConfirm: boolean;
  phoneConfirm: boolean;
  userMetadata: Fields | undefined;
  appMetadata: Fields | undefined;
  /** Null ends a ban. */
  bannedUntil: Date | null | undefined;
};

/** Go's durations, as far as bans need them: 1h30m, 24h, 90s. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export async function readAttributes(body: Fields, rules: PasswordRules): Promise<Attributes | Refusal> {
  const email = text(body, 'email')?.toLowerCase();
  const badEmail = email === undefined ? undefined : judgeEmail(email);
  if (badEmail !== undefined) return badEmail;
  const givenPhone = text(body, 'phone');
  const phone = givenPhone === undefined ? undefined : readPhone(givenPhone);
  if (givenPhone !== undefined && phone === undefined) return badPhone();
  const id = text(body, 'id');
  if (id !== undefined && (!isUuid(id) || /^[0-]+$/.test(id)))
    return invalid('ID must conform to the uuid v4 format');
  const bannedUntil = readBan(text(body, 'ban_duration'));
  if (bannedUntil instanceof Refusal) return bannedUntil;
  const passwordHash = await readPassword(body, rules);
  if (passwordHash instanceof Refusal) return passwordHash;
  return {
    id,
    email,
    phone,
    role: text(body, 'role'),
    passwordHash,
    emailConfirm: body['email_confirm'] === true,
    phoneConfirm: body['phone_confirm'] === true,
    userMetadata: object(body, 'user_metadata'),
    appMetadata: object(body, 'app_metadata'),
    bannedUntil,
  };
}

async function readPassword(body: Fields, rules: PasswordRules): Promise<string | undefined | Refusal> {
  const password = text(body, 'password');
  const hash = text(body, 'password_hash');
  if (password !== undefined && hash !== undefined)
    return invalid('Only a password or a password hash should be provided');
  if (hash !== undefined)
    return isKnownHash(hash) ? hash : invalid('The password hash must be one of bcrypt or Argon2');
  if (password === undefined) return undefined;
  return judgePassword(password, rules) ?? hashPassword(password);
}

function readBan(duration: string | undefined): Date | null | undefined | Refusal {
  if (duration === undefined) return undefined;
  if (duration === 'none') return null;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== duration)
    return invalid('invalid format for ban duration: give none or a duration such as 24h');
  const length = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
  return new Date(Math.min(Date.now() + length, Date.UTC(9999, 0)));
}
