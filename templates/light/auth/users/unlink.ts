import type { Auth } from '../auth.ts';
import type { Answer, Call } from '../call.ts';
import { Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import type { SignedIn } from './guards.ts';
import { removeIdentity } from './identities.ts';
import { updateUser } from './store.ts';

export function createUnlink({ rules, sql }: Auth) {
  return async (call: Call, { user }: SignedIn): Promise<Answer> => {
    if (!rules.manualLinking)
      return new Refusal(404, 'manual_linking_disabled', 'Manual linking is disabled');
    const identity = user.identities.find(({ id }) => id === call.params['identity']);
    if (identity === undefined) return new Refusal(422, 'identity_not_found', "Identity doesn't exist");
    if (user.identities.length <= 1)
      return new Refusal(
        422,
        'single_identity_not_deletable',
        'User must have at least 1 identity after unlinking',
      );
    const rest = user.identities.filter((other) => other !== identity);
    await removeIdentity(sql, user.id, identity.id);
    // The address goes with the identity that it came with, to that of one that stays.
    if (identity.provider === 'email') {
      const email = rest.find((other) => other.email !== null)?.email ?? null;
      await updateUser(sql, user.id, { email, encrypted_password: '' });
    }
    if (identity.provider === 'phone')
      await updateUser(sql, user.id, { phone: null, phone_confirmed_at: null });
    await audit(sql, 'identity_unlinked', user, { provider: identity.provider });
    return Response.json({});
  };
}
