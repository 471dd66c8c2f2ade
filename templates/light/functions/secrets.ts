import { createDecipheriv, hkdfSync } from 'node:crypto';
import { z } from 'zod';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Variables = z.record(z.string(), z.string());

/** What the owner has set for the project's functions, by name. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * Opens what the control plane has sealed for this project: AES-256-GCM of a JSON object, the nonce first and the tag
 * last. The key follows from the password of the service roles, which the project has and its users do not.
 * @throws where it was sealed for another project, or changed
 */
export function openSecrets(
  sealed: Uint8Array,
  { projectRef, password }: { readonly projectRef: string; readonly password: string },
): Secrets {
  const key = Buffer.from(hkdfSync('sha256', password, projectRef, 'function secrets', 32));
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(projectRef))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return Variables.parse(JSON.parse(text.toString()));
}
