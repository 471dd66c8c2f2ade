import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectSecret } from './project-secret.ts';

/** Where a project's secret rests, encrypted. */
export interface Secrets {
  /** Keeps `secret` unless the project has one already; either way answers the one that is kept. */
  create(ref: ProjectRef, secret: ProjectSecret): Promise<ProjectSecret>;
  read(ref: ProjectRef): Promise<ProjectSecret | undefined>;
  /** Deletes it beyond recovery; an absent one is fine. */
  delete(ref: ProjectRef): Promise<void>;
}
