import { createHmac } from 'node:crypto';
import type { InternalKey } from '../container.ts';

/**
 * The keys that a project's containers share among themselves. They follow from the password that the stack's
 * services share, so that there is one secret to keep and to rotate, and a project made before a key existed has it.
 */
export function internalKeys(servicePassword: string): Record<InternalKey, string> {
  const derive = (purpose: InternalKey, length: number) =>
    createHmac('sha512', servicePassword).update(`baseplane/${purpose}`).digest('hex').slice(0, length);
  return {
    // Realtime encrypts its tenant's settings with AES-128, by the 16 bytes of this text.
    realtime_key: derive('realtime_key', 16),
    // Phoenix demands 64 bytes or more.
    session_key: derive('session_key', 64),
    meta_key: derive('meta_key', 32),
    s3_access_key_id: derive('s3_access_key_id', 32),
    s3_access_key_secret: derive('s3_access_key_secret', 64),
    logs_public_token: derive('logs_public_token', 64),
    logs_private_token: derive('logs_private_token', 64),
    functions_password: derive('functions_password', 64),
  };
}
