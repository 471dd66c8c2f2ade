import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { Stack } from './stack.ts';

/** What a driver needs of a project to tag its secret and to name the database role that it is the password of. */
export type SecretOwner = Pick<Stack, 'ref' | 'organization' | 'tier'>;

/** Where a project's secret rests, encrypted. */
export interface Secrets {
  /** Keeps `secret` unless the project has one already; either way answers the one that is kept. */
  create(project: SecretOwner, secret: ProjectSecret): Promise<ProjectSecret>;
  read(ref: ProjectRef): Promise<ProjectSecret | undefined>;
  /** Deletes it beyond recovery; an absent one is fine. */
  delete(ref: ProjectRef): Promise<void>;
}
