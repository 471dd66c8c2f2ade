import type { Config } from '../settings/config.ts';
import type { Caller } from './caller.ts';
import type { KeyResolver } from './keys.ts';
import { isOpen } from './open-paths.ts';
import { invalidKey, legacyKeysDisabled, missingKey, refusedToken, secretKeyInBrowser } from './refusal.ts';
import { createKeyTokens } from './key-tokens.ts';
import { isApiKey, verifyToken } from './token.ts';

type Authentication = { ok: true; caller: Caller } | { ok: false; refusal: Response };
export type Authenticate = (
  request: { url: URL; headers: Headers },
  options: { judgesTokens: boolean },
) => Promise<Authentication>;

/** Browsers all claim to be Mozilla 5.0; Supabase refuses secret keys from them. */
const BROWSER = /^\s*Mozilla\s*\/\s*5\s*\.\s*0/i;

export function createAuthenticate(config: Config, resolveKey: KeyResolver): Authenticate {
  const tokenOf = createKeyTokens(config);
  /** Who comes without a key to where none is asked for. */
  const nobody: Caller = {
    key: 'none',
    role: 'anon',
    claims: { role: 'anon', iss: 'supabase', ref: config.projectRef },
    token: config.keys.anon,
    refused: 'missing',
  };

  return async ({ url, headers }, { judgesTokens }) => {
    const bearer = bearerToken(headers);
    const presented = headers.get('apikey') ?? url.searchParams.get('apikey') ?? undefined;
    const byBearer = presented === undefined && bearer !== undefined ? await resolveKey(bearer) : undefined;
    const match = presented === undefined ? byBearer : await resolveKey(presented);
    if (match === 'disabled') return refuse(legacyKeysDisabled());
    if (match === undefined && !isOpen(url.pathname))
      return refuse(presented === undefined ? missingKey() : invalidKey());
    const isNewSecret = match?.opaque === true && match.caller.key === 'secret';
    if (isNewSecret && BROWSER.test(headers.get('user-agent') ?? '')) return refuse(secretKeyInBrowser());

    const caller = match?.caller ?? nobody;
    if (bearer === undefined || bearer === presented || byBearer !== undefined) return { ok: true, caller };
    if (bearer.startsWith('sb_')) return callerOfOpaqueBearer(bearer, caller);
    const token = await verifyToken(bearer, config);
    if (token.ok) {
      if (!config.keys.legacyEnabled && isApiKey(token.claims, config)) return refuse(legacyKeysDisabled());
      const role = typeof token.claims['role'] === 'string' ? token.claims['role'] : 'anon';
      const as = { key: caller.key, role, claims: token.claims };
      if (token.foreign === undefined) return { ok: true, caller: { ...as, token: bearer } };
      return { ok: true, caller: { ...as, foreign: true, token: await tokenOf(token.claims) } };
    }
    if (judgesTokens && token.failure !== 'foreign')
      return { ok: true, caller: { ...caller, token: bearer, refused: token.failure } };
    return refuse(refusedToken(token.failure));
  };

  async function callerOfOpaqueBearer(bearer: string, caller: Caller): Promise<Authentication> {
    const match = await resolveKey(bearer);
    if (match === undefined || match === 'disabled') return refuse(invalidKey());
    return { ok: true, caller: match.caller.role === 'anon' ? caller : match.caller };
  }
}

function bearerToken(headers: Headers): string | undefined {
  const [, token] = /^Bearer\s+(\S+)\s*$/i.exec(headers.get('authorization') ?? '') ?? [];
  return token;
}

function refuse(refusal: Response): Authentication {
  return { ok: false, refusal };
}
