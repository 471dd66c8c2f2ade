import type { Caller } from '../gateway/caller.ts';
import { verifyToken, type TokenRules } from '../gateway/token.ts';
import type { RefusalCode } from './refusal.ts';

/**
 * Whether a request may reach a function that asks for a token: with one of this project, be it a user's or a key.
 * New keys are no tokens; Supabase refuses them here, but they say the same, and the gateway has verified them.
 */
export async function refusalOf(
  authorization: string | undefined,
  caller: Caller,
  rules: TokenRules,
): Promise<RefusalCode | undefined> {
  if (authorization === undefined) return caller.key === 'none' ? 'UNAUTHORIZED_NO_AUTH_HEADER' : undefined;
  const [, token = ''] = /^Bearer\s+(\S+)\s*$/i.exec(authorization) ?? [];
  if (/^sb_(publishable|secret)_/.test(token)) return undefined;
  const verified = await verifyToken(token, rules);
  return verified.ok ? undefined : 'UNAUTHORIZED_INVALID_JWT_FORMAT';
}
