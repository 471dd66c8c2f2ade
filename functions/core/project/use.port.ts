import type { ProjectRef } from '../kernel/ids.ts';
import type { Activity, Use } from './activity.ts';

/** By what projects are used. */
export interface UseOfProjects {
  /** When it was last used by each; now, for what uses it at this moment. */
  lastActivity(ref: ProjectRef): Promise<Activity>;
  /** Used now, by something that nobody else sees. */
  note(ref: ProjectRef, use: Use): void | Promise<void>;
  /** How long it may take until a use is known here. */
  readonly delayMs: number;
}
