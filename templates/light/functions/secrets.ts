import { createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { type ServiceIdentity, serviceKey } from './keys.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Variables = z.record(z.string(), z.string());

/** What the owner has set for the project's functions, by name. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * Opens what the control plane has sealed for this project: AES-256-GCM of a JSON object, the nonce first and the tag
 * last.
 * @throws where it was sealed for another project, or changed
 */
export function openSecrets(sealed: Uint8Array, identity: ServiceIdentity): Secrets {
  const key = serviceKey(identity, 'function secrets');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(identity.projectRef))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return Variables.parse(JSON.parse(text.toString()));
}
