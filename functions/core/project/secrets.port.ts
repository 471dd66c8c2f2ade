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
  /**
   * Replaces the secret by what `change` makes of it, and answers that; undefined where there is none. Nobody's change
   * is lost: `change` is called again, with the newer secret, when another one came in between, so that it must be
   * pure. Nothing is written where it answers what it was given.
   */
  revise(
    project: SecretOwner,
    change: (secret: ProjectSecret) => ProjectSecret,
  ): Promise<ProjectSecret | undefined>;
  /** Deletes it beyond recovery; an absent one is fine. */
  delete(ref: ProjectRef): Promise<void>;
}
