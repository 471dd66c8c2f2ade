import type { Auth } from '../auth.ts';
import { type Answer, type Call, isUuid, text } from '../call.ts';
import { invalid, notOffered, Refusal } from '../refusal.ts';
import { audit } from '../sessions/audit.ts';
import type { SignedIn } from '../users/guards.ts';
import { findFactor, insertFactor, removeFactor } from './factors.ts';
import { randomSecret, totpUri } from './totp.ts';

export function createEnroll(auth: Auth) {
  return async (call: Call, { user, aal }: SignedIn): Promise<Answer> => {
    const type = text(call.body, 'factor_type');
    if (type === 'phone' || type === 'webauthn') return notOffered(`A second factor of type ${type}`);
    if (type !== 'totp') return invalid('factor_type needs to be totp, phone, or webauthn');
    if (!auth.rules.totpEnabled)
      return new Refusal(422, 'mfa_totp_enroll_not_enabled', 'MFA enroll is disabled for TOTP');
    if (user.factors.length >= auth.rules.mostFactors)
      return new Refusal(
        422,
        'too_many_enrolled_mfa_factors',
        'Maximum number of verified factors reached, unenroll to continue',
      );
    if (user.factors.some(({ status }) => status === 'verified') && aal !== 'aal2')
      return new Refusal(403, 'insufficient_aal', 'AAL2 required to enroll a new factor');
    const name = text(call.body, 'friendly_name') ?? '';
    if (name !== '' && user.factors.some((factor) => factor.friendly_name === name))
      return new Refusal(
        422,
        'mfa_factor_name_conflict',
        `A factor with the friendly name "${name}" for this user already exists`,
      );
    const issuer = text(call.body, 'issuer') ?? new URL(auth.rules.siteUrl).host;
    if (issuer.includes(':')) return enroll(call, user, name, issuer.replaceAll(':', ' '));
    return enroll(call, user, name, issuer);
  };

  async function enroll(_call: Call, user: SignedIn['user'], name: string, issuer: string): Promise<Answer> {
    const secret = randomSecret();
    const id = await insertFactor(auth.sql, user.id, { name, secret });
    await audit(auth.sql, 'factor_in_progress', user, { factor_id: id });
    const account = user.email ?? user.phone ?? user.id;
    const uri = totpUri(secret, issuer, account);
    const { encodeQR } = await import('qr');
    // Clients put the picture into a data address as it is, where a hash would begin a fragment.
    const picture = encodeQR(uri, 'svg', { ecc: 'medium' }).replaceAll('#', '%23');
    return Response.json({
      id,
      type: 'totp',
      friendly_name: name,
      totp: { qr_code: picture, secret, uri },
    });
  }
}

export function createUnenroll(auth: Auth) {
  return async (call: Call, { user, aal }: SignedIn): Promise<Answer> => {
    const id = call.params['id'] ?? '';
    const factor = isUuid(id) ? await findFactor(auth.sql, user.id, id) : undefined;
    if (factor === undefined) return factorNotFound();
    if (factor.status === 'verified' && aal !== 'aal2')
      return new Refusal(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor');
    await auth.sql.begin((sql) => removeFactor(sql, id));
    await audit(auth.sql, 'factor_unenrolled', user, { factor_id: id });
    return Response.json({ id });
  };
}

export function factorNotFound(): Refusal {
  return new Refusal(404, 'mfa_factor_not_found', 'Factor not found');
}
