import { type Answer, type Call } from '../call.ts';
import { invalid } from '../refusal.ts';
import type { SignedIn } from '../users/guards.ts';
import type { Pool } from '../users/store.ts';
import { audit } from './audit.ts';
import { endSessions } from './sessions.ts';

export function createLogout(sql: Pool) {
  return async (call: Call, { user, sessionId }: SignedIn): Promise<Answer> => {
    const scope = call.query.get('scope') ?? 'global';
    if (scope !== 'global' && scope !== 'local' && scope !== 'others')
      return invalid(`Unsupported logout scope "${scope}"`);
    await endSessions(sql, user.id, sessionId, scope);
    await audit(sql, 'logout', user);
    return new Response(null, { status: 204 });
  };
}
