import { hkdfSync } from 'node:crypto';
import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectSecret } from '../project/project-secret.ts';

/** What the control plane and a project's services have between them, whichever keys the owner lets be taken. */
export type ServicePassword = Pick<ProjectSecret, 'service_password'>;

/** A key for one purpose that only a project's services can make too. `templates/light/functions/keys.ts` does. */
export function serviceKey(
  ref: ProjectRef,
  { service_password: password }: ServicePassword,
  purpose: 'function secrets' | 'function trial',
): Buffer {
  return Buffer.from(hkdfSync('sha256', password, ref, purpose, 32));
}
