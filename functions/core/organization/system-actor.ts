import { userIdSchema } from '../kernel/ids.ts';
import type { Actor } from './principal.ts';

/** The nil UUID of RFC 9562, which no person can have. */
const NOBODY = userIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** Who did what nobody with an account has asked for. */
export function systemActor(request: Pick<Actor, 'ip' | 'request_id'>): Actor {
  return { user: NOBODY, email: 'system', ...request };
}
