import type { ProjectRef } from '../../../core/kernel/ids.ts';
import type { Remnant } from '../../../core/project/inventory.port.ts';

/** One place where things of projects can be. */
export interface Source {
  list(ref: ProjectRef): Promise<readonly Remnant[]>;
  /** The projects that it has anything of. */
  refs(): Promise<readonly ProjectRef[]>;
}
