import type { Config } from '../settings/config.ts';
import type { Caller } from './caller.ts';
import type { KeyMatch, KeyResolver } from './keys.ts';
import { isOpen } from './open-paths.ts';
import { invalidKey, missingKey, refusedToken, secretKeyInBrowser } from './refusal.ts';
import { verifyToken } from './token.ts';

type Authentication = { ok: true; caller: Caller } | { ok: false; refusal: Response };
export type Authenticate = (
  request: { url: URL; headers: Headers },
  options: { judgesTokens: boolean },
) => Promise<Authentication>;

/** Browsers all claim to be Mozilla 5.0; Supabase refuses secret keys from them. */
const BROWSER = /^\s*Mozilla\s*\/\s*5\s*\.\s*0/i;

export function createAuthenticate(config: Config, resolveKey: KeyResolver): Authenticate {
  const keyCallers = {
    anon: { key: 'publishable', role: 'anon', token: config.keys.anon },
    service_role: { key: 'secret', role: 'service_role', token: config.keys.serviceRole },
  } as const;

  function callerOfKey(role: KeyMatch['role']): Caller {
    const claims = { role, iss: 'supabase', ref: config.projectRef };
    return { ...keyCallers[role], claims };
  }

  return async ({ url, headers }, { judgesTokens }) => {
    const bearer = bearerToken(headers);
    const presented = headers.get('apikey') ?? url.searchParams.get('apikey') ?? undefined;
    const byBearer = presented === undefined && bearer !== undefined ? await resolveKey(bearer) : undefined;
    const match = presented === undefined ? byBearer : await resolveKey(presented);
    if (match === undefined && !isOpen(url.pathname))
      return refuse(presented === undefined ? missingKey() : invalidKey());
    if (match?.opaque === true && match.type === 'secret' && BROWSER.test(headers.get('user-agent') ?? ''))
      return refuse(secretKeyInBrowser());

    const caller: Caller =
      match === undefined
        ? { ...callerOfKey('anon'), key: 'none', refused: 'missing' }
        : callerOfKey(match.role);
    if (bearer === undefined || bearer === presented || byBearer !== undefined) return { ok: true, caller };
    if (bearer.startsWith('sb_')) return callerOfOpaqueBearer(bearer, caller);
    const token = await verifyToken(bearer, config);
    if (token.ok) {
      const role = typeof token.claims['role'] === 'string' ? token.claims['role'] : 'anon';
      return { ok: true, caller: { key: caller.key, role, claims: token.claims, token: bearer } };
    }
    if (judgesTokens && token.failure !== 'foreign')
      return { ok: true, caller: { ...caller, token: bearer, refused: token.failure } };
    return refuse(refusedToken(token.failure));
  };

  async function callerOfOpaqueBearer(bearer: string, caller: Caller): Promise<Authentication> {
    const match = await resolveKey(bearer);
    if (match === undefined) return refuse(invalidKey());
    return { ok: true, caller: match.role === 'anon' ? caller : callerOfKey(match.role) };
  }
}

function bearerToken(headers: Headers): string | undefined {
  const [, token] = /^Bearer\s+(\S+)\s*$/i.exec(headers.get('authorization') ?? '') ?? [];
  return token;
}

function refuse(refusal: Response): Authentication {
  return { ok: false, refusal };
}
