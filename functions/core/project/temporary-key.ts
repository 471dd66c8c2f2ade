import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectSecret } from './project-secret.ts';
import { signToken } from './sign-token.ts';

/** Tells it from the legacy key, which can be disabled. `templates/light/gateway/token.ts` looks for it. */
const ISSUER = 'baseplane';

interface Times {
  readonly now: Date;
  /** For how long it is taken; `templates/light` takes none that is good for longer than an hour. */
  readonly seconds: number;
}

/** A JWT of the role service_role, taken by a project's services whichever keys its owner lets be taken. */
export function temporaryKey(ref: ProjectRef, secret: ProjectSecret, { now, seconds }: Times): string {
  const iat = Math.floor(now.getTime() / 1000);
  return signToken({ iss: ISSUER, ref, role: 'service_role', iat, exp: iat + seconds }, secret);
}

/** For a question that is asked at once, with room for clocks that differ. */
const QUESTION_SECONDS = 120;

/**
 * With what the control plane asks a project's services. They go by the token; the gateway of the template `full` wants
 * one of the keys that it was started with, too, and that of `light` takes the token for one.
 */
export function serviceCredentials(
  ref: ProjectRef,
  secret: ProjectSecret,
  now: Date,
): { readonly apikey: string; readonly authorization: string } {
  const token = temporaryKey(ref, secret, { now, seconds: QUESTION_SECONDS });
  return { apikey: fixedKey(secret) ?? token, authorization: `Bearer ${token}` };
}

/** One that is taken: the legacy key can be disabled, secret keys can be deleted. */
function fixedKey({ legacy_keys_enabled, service_role_key, api_keys }: ProjectSecret): string | undefined {
  if (legacy_keys_enabled) return service_role_key;
  return api_keys.find(
    ({ type, secret_jwt_template: template }) => type === 'secret' && template?.['role'] === 'service_role',
  )?.key;
}
