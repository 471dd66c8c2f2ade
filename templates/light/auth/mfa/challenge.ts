import { answer, type Auth, tooMany } from '../auth.ts';
import { type Answer, type Call, isUuid, text } from '../call.ts';
import { invalid, Refusal, userBanned } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import { addRefreshToken, recordMethod } from '../sessions/sessions.ts';
import type { SignedIn } from '../users/guards.ts';
import type { Statements } from '../users/store.ts';
import { isBanned } from '../users/user.ts';
import { factorNotFound } from './enroll.ts';
import {
  CHALLENGE_SECONDS,
  challengeAge,
  completeChallenge,
  findFactor,
  insertChallenge,
  type StoredFactor,
} from './factors.ts';
import { stepOfCode } from './totp.ts';

export function createChallenge(auth: Auth) {
  return async (call: Call, { user }: SignedIn): Promise<Answer> => {
    const factor = await factorOf(auth, call, user.id);
    if (factor === undefined) return factorNotFound();
    if (!auth.rules.totpVerifyEnabled)
      return new Refusal(422, 'mfa_totp_verify_not_enabled', 'MFA verification is disabled for TOTP');
    const id = await insertChallenge(auth.sql, factor.id);
    const expires = Math.floor(Date.now() / 1000) + CHALLENGE_SECONDS;
    return Response.json({ id, type: 'totp', expires_at: expires });
  };
}

/** Answers a challenge: the session itself becomes aal2 and gets new tokens. */
export function createFactorVerify(auth: Auth) {
  /** The last step of each factor whose code was used: a code that was looked at while typed is worth nothing. */
  const used = new Map<string, number>();

  return async (call: Call, { user, sessionId }: SignedIn): Promise<Answer> => {
    const factor = await factorOf(auth, call, user.id);
    if (factor === undefined) return factorNotFound();
    if (isBanned(user)) return userBanned();
    const challengeId = text(call.body, 'challenge_id') ?? '';
    if (!isUuid(challengeId)) return invalid('challenge_id needs to be a UUID');
    const tried = `factor ${factor.id}`;
    if (auth.failures.isExhausted(tried)) return tooMany();
    await audit(auth.sql, 'verification_attempted', user, { factor_id: factor.id });
    const refreshToken = await auth.sql.begin(async (sql) => {
      const refused = await judge(sql, factor, challengeId, text(call.body, 'code') ?? '');
      if (refused !== undefined) return refused;
      await completeChallenge(sql, factor, challengeId, sessionId);
      await recordMethod(sql, sessionId, 'totp');
      await sql`
        update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = ${sessionId}`;
      return addRefreshToken(sql, user.id, sessionId, null);
    });
    if (!(refreshToken instanceof Refusal))
      return answer(await auth.grant(user.id, { sessionId, refreshToken }, 'totp'));
    auth.failures.countFailure(tried);
    return refreshToken;
  };

  async function judge(
    sql: Statements,
    factor: StoredFactor,
    challengeId: string,
    code: string,
  ): Promise<Refusal | undefined> {
    const age = await challengeAge(sql, factor.id, challengeId);
    if (age === undefined)
      return new Refusal(422, 'mfa_factor_not_found', 'No challenge with this id waits for this factor');
    if (age > CHALLENGE_SECONDS)
      return new Refusal(
        422,
        'mfa_challenge_expired',
        `MFA challenge ${challengeId} has expired, verify against another challenge or create a new challenge.`,
      );
    const step = stepOfCode(factor.secret ?? '', code, Date.now());
    if (step === undefined || step <= (used.get(factor.id) ?? 0))
      return new Refusal(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
    used.set(factor.id, step);
    return undefined;
  }
}

async function factorOf(auth: Auth, call: Call, userId: string): Promise<StoredFactor | undefined> {
  const id = call.params['id'] ?? '';
  return isUuid(id) ? findFactor(auth.sql, userId, id) : undefined;
}
