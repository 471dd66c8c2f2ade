import type { ProjectRef } from '../kernel/ids.ts';

export interface Remnant {
  /** `process`, `directory`, `secret`, `route`, or the AWS resource type. */
  readonly kind: string;
  /** What a person would look for: a path, a pid, an ARN. */
  readonly name: string;
}

/** What exists under a project's name, found without the control plane's own records. */
export interface Inventory {
  list(ref: ProjectRef): Promise<readonly Remnant[]>;
  /** Every project that anything exists of. */
  refs(): Promise<readonly ProjectRef[]>;
}
