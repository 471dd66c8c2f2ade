import { hkdfSync } from 'node:crypto';

/** Of the project whose services these are. */
export interface ServiceIdentity {
  readonly projectRef: string;
  /** Of the service roles: the control plane has it too, and the project's users do not. */
  readonly password: string;
}

/** A key for one purpose that only the control plane can make too. */
export function serviceKey(
  { projectRef, password }: ServiceIdentity,
  purpose: 'function secrets' | 'function trial',
): Buffer {
  return Buffer.from(hkdfSync('sha256', password, projectRef, purpose, 32));
}
