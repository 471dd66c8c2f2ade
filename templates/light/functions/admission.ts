import type { Caller } from '../gateway/caller.ts';
import type { TokenRules } from '../gateway/token.ts';
import { describeError, type Log } from '../server/log.ts';
import { refusalOf } from './access.ts';
import type { Deployments } from './deployments.ts';
import type { Pool, Taken } from './pool.ts';
import type { RefusalCode } from './refusal.ts';

export interface Call {
  readonly slug: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly caller: Caller;
}

/** Decides whether a call reaches a function, and which process takes it. */
export function createAdmission(parts: {
  deployments: Deployments;
  pool: Pool;
  rules: TokenRules;
  log: Log;
}): (call: Call) => Promise<Taken> {
  const { deployments, pool, rules, log } = parts;
  return async ({ slug, method, authorization, caller }) => {
    const lookup = await deployments.find(slug).catch((error: unknown) => {
      log('error', 'a function could not be looked up', { function: slug, ...describeError(error) });
      return undefined;
    });
    if (lookup === undefined) return refused('BOOT_ERROR');
    if (lookup.kind === 'none') {
      pool.forget(slug);
      return refused('NOT_FOUND');
    }
    if (lookup.kind === 'broken') {
      log('error', lookup.problem, { function: slug });
      return refused('BOOT_ERROR');
    }
    const { deployment } = lookup;
    // Browsers send a preflight without credentials.
    const guarded = deployment.verifyJwt && method !== 'OPTIONS';
    const refusal = guarded ? await refusalOf(authorization, caller, rules) : undefined;
    if (refusal !== undefined) return refused(refusal);
    try {
      return await pool.take(deployment);
    } catch (error) {
      log('error', 'the files of a function could not be put in place', {
        function: slug,
        ...describeError(error),
      });
      return refused('BOOT_ERROR');
    }
  };
}

function refused(code: RefusalCode): Taken {
  return { ok: false, code, details: {} };
}
