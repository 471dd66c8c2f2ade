import type { ProjectRef } from '../kernel/ids.ts';
import type { Use } from '../project/activity.ts';

/** Requests that are not over and connections that are open, counted by project and use. */
export class OpenUses {
  readonly #counts = new Map<ProjectRef, Map<Use, number>>();

  opened(ref: ProjectRef, use: Use): void {
    const uses = this.#counts.get(ref) ?? new Map<Use, number>();
    this.#counts.set(ref, uses.set(use, (uses.get(use) ?? 0) + 1));
  }

  closed(ref: ProjectRef, use: Use): void {
    const uses = this.#counts.get(ref);
    const left = (uses?.get(use) ?? 0) - 1;
    if (left > 0) uses?.set(use, left);
    else uses?.delete(use);
    if (uses?.size === 0) this.#counts.delete(ref);
  }

  of(ref: ProjectRef): readonly Use[] {
    return [...(this.#counts.get(ref)?.keys() ?? [])];
  }
}
