import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { ServiceHealth } from '../../core/project/compute.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { type Part, partName } from './names.ts';
import { exhausted, quotaOfEvent } from './quotas.ts';
import type { Registry } from './registry.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import { type TaskSets, isScaledDown, living, ofGeneration } from './task-sets.ts';

interface ServiceParts {
  readonly sets: TaskSets;
  readonly registry: Registry;
  readonly definitions: TaskDefinitions;
  /** Has the task of this part defined; the revision's ARN. */
  readonly define: (stack: Stack, part: Part) => Promise<string>;
}

/** One of a project's services in ECS, as it was found just now, if it was. */
export class EcsService {
  readonly #part: Part;
  readonly #parts: ServiceParts;

  constructor(part: Part, parts: ServiceParts) {
    this.#part = part;
    this.#parts = parts;
  }

  async deploy(service: Service | undefined, stack: Stack): Promise<void> {
    const { ref, generation } = stack;
    const { sets, registry, define } = this.#parts;
    const found = ofGeneration(service, generation);
    if (found !== undefined) {
      if (isScaledDown(found)) await sets.scale(ref, found, 'all');
      return;
    }
    const definition = await define(stack, this.#part);
    const entry = registryOf(service) ?? (await registry.ensure(stack, this.#part));
    if (service === undefined) await sets.createService(stack);
    await sets.create(stack, definition, entry);
  }

  /** undefined where this generation does not run. */
  health(
    service: Service | undefined,
    { generation }: Stack,
  ): Pick<ServiceHealth, 'status' | 'error'> | undefined {
    const set = ofGeneration(service, generation);
    if (set === undefined || isScaledDown(set)) return undefined;
    if (isSteady(set)) return { status: 'ACTIVE_HEALTHY' };
    const error = complaintOf(service, set);
    return { status: 'COMING_UP', ...(error === undefined ? {} : { error }) };
  }

  async promote(service: Service | undefined, { ref, generation }: Stack): Promise<void> {
    const set = ofGeneration(service, generation);
    if (set === undefined) throw new TransientError(`Generation ${generation} of ${ref} is not running.`);
    if (set.status !== 'PRIMARY') await this.#parts.sets.makePrimary(ref, set);
  }

  async retireOthers(service: Service | undefined, { ref, generation }: Stack): Promise<void> {
    const kept = ofGeneration(service, generation);
    for (const set of living(service)) if (set !== kept) await this.#parts.sets.delete(ref, set);
  }

  async retire(service: Service | undefined, { ref, generation }: Stack): Promise<void> {
    for (const set of living(service)) {
      if (set.externalId === String(generation)) await this.#parts.sets.delete(ref, set);
    }
  }

  /** The generations stay, with no task: to deploy one again it takes no new ones, and their rate is limited. */
  async stop(service: Service | undefined, ref: ProjectRef): Promise<void> {
    for (const set of living(service)) {
      if (!isScaledDown(set)) await this.#parts.sets.scale(ref, set, 'none');
    }
  }

  async delete(service: Service | undefined, ref: ProjectRef): Promise<void> {
    await this.#end(service, ref);
    if (service !== undefined) await this.#parts.sets.deleteService(ref);
    await this.#parts.definitions.delete(partName(ref, this.#part));
  }

  /** Deletes it where it is, and itself last: by it what is left is found after a step that died. */
  async remove(service: Service | undefined, ref: ProjectRef): Promise<void> {
    if (service === undefined) return;
    await this.#end(service, ref);
    await this.#parts.definitions.delete(partName(ref, this.#part));
    await this.#parts.registry.delete(ref, [this.#part]);
    await this.#parts.sets.deleteService(ref);
  }

  async #end(service: Service | undefined, ref: ProjectRef): Promise<void> {
    for (const set of living(service)) await this.#parts.sets.delete(ref, set);
  }
}

export function tasksOf(service: Service | undefined): number {
  const counts = (service?.taskSets ?? []).map(
    ({ runningCount = 0, pendingCount = 0 }) => runningCount + pendingCount,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** ECS calls a task set steady when all its tasks run and are healthy; one without tasks would be, too. */
function isSteady({ stabilityStatus, runningCount = 0, computedDesiredCount = 0 }: TaskSet): boolean {
  return stabilityStatus === 'STEADY_STATE' && runningCount > 0 && runningCount >= computedDesiredCount;
}

function registryOf(service: Service | undefined): string | undefined {
  return living(service).flatMap(({ serviceRegistries = [] }) => serviceRegistries[0]?.registryArn ?? [])[0];
}

/**
 * What ECS last said it could not do since this generation began: no such image, no capacity, no address left. The
 * project's owner reads it, whom the account's resources are no business of.
 */
function complaintOf(service: Service | undefined, { createdAt }: TaskSet): string | undefined {
  const since = createdAt?.getTime() ?? 0;
  const complaint = service?.events
    ?.filter((event) => (event.createdAt?.getTime() ?? 0) >= since)
    .find(({ message = '' }) => /unable|failed|error/i.test(message))?.message;
  const quota = quotaOfEvent(complaint ?? '');
  if (quota !== undefined) return Object.values(exhausted(quota)).join(' ');
  return complaint?.replaceAll(/arn:[^\s,)]+/g, '…');
}
