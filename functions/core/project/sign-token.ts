import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { ProjectSecret } from './project-secret.ts';
import type { PrivateJwk } from './signing-key.ts';

type Claims = Readonly<Record<string, unknown>>;

/** By the key in use, as the project's own Auth signs; alike each time, where the algorithm allows it. */
export function signToken(
  claims: Claims,
  { jwt_secret, signing_keys }: Pick<ProjectSecret, 'jwt_secret' | 'signing_keys'>,
): string {
  const current = signing_keys.find(({ status }) => status === 'in_use');
  const header = { alg: current?.algorithm ?? 'HS256', typ: 'JWT', ...(current && { kid: current.id }) };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${signatureOf(text, current?.private_jwk, jwt_secret).toString('base64url')}`;
}

function signatureOf(text: string, jwk: PrivateJwk | undefined, jwtSecret: string): Buffer {
  if (jwk === undefined) return createHmac('sha256', jwtSecret).update(text).digest();
  if (jwk.kty === 'oct') {
    return createHmac('sha256', Buffer.from(jwk['k'] ?? '', 'base64url'))
      .update(text)
      .digest();
  }
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  // Ed25519 has its own digest; ECDSA's two numbers stand side by side in a JWT (RFC 7518, section 3.4).
  const digest = jwk.kty === 'OKP' ? null : 'sha256';
  return sign(digest, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
}
