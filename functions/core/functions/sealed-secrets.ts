import { createCipheriv } from 'node:crypto';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { ProjectSecret } from '../project/project-secret.ts';
import { type ServicePassword, serviceKey } from './service-key.ts';

/** NIST SP 800-38D: 96-bit nonces, drawn at random; one key sees far fewer than 2^32 of them. */
const NONCE_BYTES = 12;

/**
 * What the owner has set for the project's functions, sealed for its services: they read it where the functions' files
 * lie, whenever it changes, with a key that follows from the password that only they have. AES-256-GCM: the nonce, the
 * ciphertext, the tag; the ref is authenticated. `templates/light/functions/secrets.ts` opens it.
 */
export function sealSecrets(
  ref: ProjectRef,
  secret: Pick<ProjectSecret, 'function_secrets'> & ServicePassword,
  random: Random,
): Uint8Array {
  const key = serviceKey(ref, secret, 'function secrets');
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(ref));
  const sealed = Buffer.concat([
    cipher.update(JSON.stringify(secret.function_secrets), 'utf8'),
    cipher.final(),
  ]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}
