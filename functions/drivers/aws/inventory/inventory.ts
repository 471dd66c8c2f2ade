import type { ProjectRef } from '../../../core/kernel/ids.ts';
import type { Inventory, Remnant } from '../../../core/project/inventory.port.ts';
import type { Source } from './source.ts';

/** Looks everywhere, by tag and by name. What two places know, such as a tagged service, is one remnant. */
export class AwsInventory implements Inventory {
  readonly #sources: readonly Source[];

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  async list(ref: ProjectRef): Promise<readonly Remnant[]> {
    const found = await Promise.all(this.#sources.map((source) => source.list(ref)));
    return [...new Map(found.flat().map((remnant) => [remnant.name, remnant])).values()];
  }

  async refs(): Promise<readonly ProjectRef[]> {
    const found = await Promise.all(this.#sources.map((source) => source.refs()));
    return [...new Set(found.flat())];
  }
}
