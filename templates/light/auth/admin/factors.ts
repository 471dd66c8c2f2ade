import type { Auth } from '../auth.ts';
import { type Answer, type Call, isUuid, text } from '../call.ts';
import { factorNotFound } from '../mfa/enroll.ts';
import { findFactor, removeFactor, renameFactor } from '../mfa/factors.ts';
import { audit } from '../sessions/audit.ts';
import type { User } from '../users/user.ts';

export async function listUserFactors(_call: Call, user: User): Promise<Answer> {
  return Response.json(user.factors);
}

export function createDeleteFactor({ sql }: Auth) {
  return async (call: Call, user: User): Promise<Answer> => {
    const id = call.params['factor'] ?? '';
    const factor = isUuid(id) ? await findFactor(sql, user.id, id) : undefined;
    if (factor === undefined) return factorNotFound();
    await sql.begin((within) => removeFactor(within, id));
    await audit(sql, 'factor_deleted', user, { factor_id: id });
    return Response.json({ id });
  };
}

export function createUpdateFactor({ sql }: Auth) {
  return async (call: Call, user: User): Promise<Answer> => {
    const id = call.params['factor'] ?? '';
    const found = isUuid(id) ? await findFactor(sql, user.id, id) : undefined;
    if (found === undefined) return factorNotFound();
    const name = text(call.body, 'friendly_name');
    if (name !== undefined) await renameFactor(sql, id, name);
    const { secret: _secret, ...shown } = { ...found, friendly_name: name ?? found.friendly_name };
    return Response.json(shown);
  };
}
