import { publicJwk } from './jwk.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { SigningKey } from './signing-key.ts';
import { legacyKeyOf } from './signing-keys.ts';

/** What a stack's services are told of the project's keys, each as the text of a variable. */
export interface StackKeys {
  /** JSON: each key by its name. */
  readonly publishable_keys: string;
  readonly secret_keys: string;
  /** JSON: the claims that each secret key stands for, by its name. */
  readonly secret_key_claims: string;
  /** Whether the keys that are JWTs are taken: `true` or `false`. */
  readonly legacy_keys_enabled: string;
  /** JSON Web Keys: the one in use can sign, the others verify; none where the JWT secret signs. */
  readonly jwt_keys: string;
  /** JSON Web Key Set: whatever a token may be verified with, the JWT secret included. */
  readonly jwks: string;
  /** Whether what the JWT secret has signed is no longer taken: `true` or `false`. */
  readonly jwt_secret_revoked: string;
}

export function stackKeys(secret: ProjectSecret): StackKeys {
  const { api_keys, signing_keys } = secret;
  const byName = (type: 'publishable' | 'secret') =>
    JSON.stringify(
      Object.fromEntries(api_keys.flatMap((key) => (key.type === type ? [[key.name, key.key]] : []))),
    );
  const claims = api_keys.flatMap(({ name, secret_jwt_template: template }) =>
    template === null ? [] : [[name, template]],
  );
  const trusted = signing_keys.filter(({ status }) => status !== 'revoked');
  return {
    publishable_keys: byName('publishable'),
    secret_keys: byName('secret'),
    secret_key_claims: JSON.stringify(Object.fromEntries(claims)),
    legacy_keys_enabled: String(secret.legacy_keys_enabled),
    jwt_keys: JSON.stringify(trusted.map((key) => signing(key, secret))),
    jwks: JSON.stringify({
      keys: trusted.length === 0 ? [jwtSecret(secret)] : trusted.map((key) => verifying(key, secret)),
    }),
    jwt_secret_revoked: String(isJwtSecretRevoked(secret)),
  };
}

/** Once there are signing keys, the JWT secret is one of them or of no use for tokens any more. */
function isJwtSecretRevoked(secret: ProjectSecret): boolean {
  const status = legacyKeyOf(secret)?.status;
  return secret.signing_keys.length > 0 && (status === undefined || status === 'revoked');
}

const jwtSecret = ({ jwt_secret }: ProjectSecret) =>
  ({ kty: 'oct', k: Buffer.from(jwt_secret).toString('base64url'), alg: 'HS256' }) as const;

type Jwk = Readonly<Record<string, unknown>>;

/** As services take it that only verify. */
function verifying({ id, algorithm, private_jwk }: SigningKey, secret: ProjectSecret): Jwk {
  const jwk = private_jwk ?? jwtSecret(secret);
  const secretWhole = { ...jwk, alg: algorithm, kid: id, use: 'sig', key_ops: ['verify'], ext: true };
  return publicJwk(id, algorithm, private_jwk) ?? secretWhole;
}

/** As Auth takes it: with its private half where it signs. */
function signing(key: SigningKey, secret: ProjectSecret): Jwk {
  const open = verifying(key, secret);
  return key.status === 'in_use' ? { ...open, ...key.private_jwk, key_ops: ['sign', 'verify'] } : open;
}
