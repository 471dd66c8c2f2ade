import { TransientError } from '../../functions/core/kernel/errors.ts';
import type { Compute, ServiceHealth } from '../../functions/core/project/compute.port.ts';
import type { ProjectSecret } from '../../functions/core/project/project-secret.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { FakeCloud } from './fake-cloud.ts';

/** Stacks that become healthy while somebody asks after them. */
export class FakeCompute implements Compute {
  readonly #cloud: FakeCloud;

  constructor(cloud: FakeCloud) {
    this.#cloud = cloud;
  }

  async prepare({ ref }: Stack): Promise<void> {
    this.#cloud.of(ref).prepared = true;
  }

  async isMade({ ref, generation }: Stack): Promise<boolean> {
    return this.#cloud.projects.get(ref)?.stacks.has(generation) ?? false;
  }

  async deploy(
    { ref, generation, size, template, settings, refusals, tools }: Stack,
    secret: ProjectSecret,
  ): Promise<void> {
    const project = this.#cloud.of(ref);
    if (project.database === undefined) throw new TransientError('the services wait for the database');
    if (project.secret?.jwt_secret !== secret.jwt_secret) throw new Error('deployed with another secret');
    if (template.services.every((service) => service === 'db')) return;
    if (tools) project.tools.add(generation);
    if (project.stacks.has(generation)) return;
    project.settings = settings;
    project.refused = refusals.map(({ path }) => path);
    project.stacks.set(generation, { asks: this.#cloud.asks, version: template.version, size });
  }

  async health({ ref, generation, template, tools }: Stack): Promise<readonly ServiceHealth[]> {
    const project = this.#cloud.projects.get(ref);
    const stack = project?.stacks.get(generation);
    if (stack === undefined) return [];
    stack.asks -= 1;
    const coming = stack.asks >= 0 || this.#cloud.sickly.has(generation);
    const status = coming ? 'COMING_UP' : 'ACTIVE_HEALTHY';
    const services = template.services.filter((service) => service !== 'db');
    const runs = tools && project?.tools.has(generation) === true;
    return [...services, ...(runs ? (['tools'] as const) : [])].map((name) => ({ name, status }));
  }

  async promote({ ref, generation }: Stack): Promise<void> {
    this.#cloud.of(ref).promoted = generation;
  }

  async retireOthers({ ref, generation, tools }: Stack): Promise<void> {
    this.#end(ref, (other) => other !== generation);
    if (!tools) this.#cloud.projects.get(ref)?.tools.clear();
  }

  async retire({ ref, generation }: Stack): Promise<void> {
    this.#end(ref, (other) => other === generation);
  }

  async stop({ ref }: Stack): Promise<void> {
    this.#end(ref, () => true);
  }

  async delete({ ref }: Stack): Promise<void> {
    this.#end(ref, () => true);
    const project = this.#cloud.projects.get(ref);
    if (project === undefined) return;
    project.prepared = false;
    delete project.promoted;
  }

  #end(ref: Stack['ref'], which: (generation: number) => boolean): void {
    const project = this.#cloud.projects.get(ref);
    for (const running of [project?.stacks, project?.tools]) {
      for (const generation of [...(running?.keys() ?? [])].filter(which)) running?.delete(generation);
    }
  }
}
