import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Routes } from '../../core/project/routes.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { servicesOf } from './light-process.ts';
import type { Serving } from './serving.ts';

/** The gateway's routing table. It lives as long as the gateway: after a restart the routes are published again. */
export class LocalRoutes implements Routes {
  readonly #serving: Serving;
  readonly #published = new Set<ProjectRef>();

  constructor(serving: Serving) {
    this.#serving = serving;
  }

  /** A stack without services has nothing that a request could reach. */
  async publish(stack: Stack): Promise<void> {
    const { ref } = stack;
    if (servicesOf(stack).length === 0) return;
    await this.#serving.load(ref);
    this.#published.add(ref);
  }

  retract({ ref }: Stack): Promise<void> {
    this.#published.delete(ref);
    return Promise.resolve();
  }

  isPublished(stack: Stack): Promise<boolean> {
    return Promise.resolve(servicesOf(stack).length === 0 || this.lookup(stack.ref) !== undefined);
  }

  published(): ReadonlySet<ProjectRef> {
    return this.#published;
  }

  /** The Unix socket that serves the project; undefined where it is not published or has no services. */
  lookup(ref: ProjectRef): string | undefined {
    return this.#published.has(ref) ? this.#serving.socketOf(ref) : undefined;
  }
}
