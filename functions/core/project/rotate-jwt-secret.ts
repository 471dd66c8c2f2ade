import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type SecretPorts, changeSecret } from './change-secret.ts';
import { newJwtSecret } from './project-secret.ts';
import type { Project } from './project.ts';

/**
 * Replaces the JWT secret and the two API keys that are signed with it, as on Supabase: all that the old one has
 * signed ends with the stack that knew it. Other API keys, and what other signing keys have signed, stay good.
 */
export function rotateJwtSecret(
  project: Project,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<undefined, DomainError>> {
  const fresh = newJwtSecret(project.ref, { now: ports.clock.now(), random: ports.random });
  return changeSecret(
    project,
    { action: 'project.jwt_secret.rotate', actor },
    (secret) => ok({ secret: { ...secret, ...fresh }, answer: undefined }),
    ports,
  );
}
