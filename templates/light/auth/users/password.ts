import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { compare, hash as bcryptHash } from 'bcryptjs';
import { Refusal } from '../refusal.ts';

/** GoTrue's cost, and the most that bcrypt takes into account. */
const BCRYPT_COST = 10;
const LONGEST = 72;

/** More than any hash that a system makes; an imported one may not be used to tie up the process. */
const ARGON2_LIMITS = { memory: 256 * 1024, passes: 16, parallelism: 16 };

export interface PasswordRules {
  readonly minLength: number;
  /** At least one character of each. */
  readonly requiredCharacters: readonly string[];
  /** Passwords that everybody knows, in lower case. */
  readonly breached: ReadonlySet<string>;
}

export function judgePassword(password: string, rules: PasswordRules): Refusal | undefined {
  if (password.length > LONGEST)
    return new Refusal(400, 'validation_failed', `Password cannot be longer than ${LONGEST} characters`);
  const missing = rules.requiredCharacters.filter(
    (set) => !Array.from(set).some((c) => password.includes(c)),
  );
  const faults = [
    {
      reason: 'length',
      is: password.length < rules.minLength,
      message: `Password should be at least ${rules.minLength} characters.`,
    },
    {
      reason: 'characters',
      is: missing.length > 0,
      message: `Password should contain at least one character of each: ${rules.requiredCharacters.join(', ')}.`,
    },
    {
      reason: 'pwned',
      is: rules.breached.has(password.toLowerCase()),
      message: 'Password is known to be weak and easy to guess, please choose a different one.',
    },
  ].filter(({ is }) => is);
  if (faults.length === 0) return undefined;
  const message = faults.map((fault) => fault.message).join(' ');
  return new Refusal(422, 'weak_password', message, {
    weak_password: { reasons: faults.map(({ reason }) => reason), message },
  });
}

export function hashPassword(password: string): Promise<string> {
  return bcryptHash(password, BCRYPT_COST);
}

/** A password that nobody knows, for users who have none. */
export function randomPassword(): string {
  return randomBytes(32).toString('base64url');
}

export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const argon = parseArgon2(hash);
  if (argon === undefined) return isBcrypt(hash) && compare(password, hash);
  const { type, tag, ...rest } = argon;
  const made = await promisify(argon2)(type, { ...rest, message: password, tagLength: tag.length });
  return timingSafeEqual(made, tag);
}

/** Whether a hash that an administrator brings along is one that can be checked. */
export function isKnownHash(hash: string): boolean {
  return isBcrypt(hash) || parseArgon2(hash) !== undefined;
}

function isBcrypt(hash: string): boolean {
  return /^\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}$/.test(hash);
}

function parseArgon2(hash: string) {
  const [, type, m, t, p, salt = '', tag = ''] =
    /^\$(argon2id|argon2i)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      hash,
    ) ?? [];
  if (type !== 'argon2id' && type !== 'argon2i') return undefined;
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)];
  const within =
    memory <= ARGON2_LIMITS.memory &&
    passes <= ARGON2_LIMITS.passes &&
    parallelism <= ARGON2_LIMITS.parallelism;
  if (!within || memory < 8 * parallelism || passes < 1) return undefined;
  const decoded = { nonce: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
  if (decoded.nonce.length < 8 || decoded.tag.length < 4) return undefined;
  return { type, memory, passes, parallelism, ...decoded } as const;
}
