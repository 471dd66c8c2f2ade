import type { ECSClient, Service, TaskSet } from '@aws-sdk/client-ecs';
import { TransientError } from '../../core/kernel/errors.ts';
import type { Compute, ServiceHealth } from '../../core/project/compute.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { addressOf } from './database-address.ts';
import type { AuroraDatabases } from './databases.ts';
import type { LogStreams } from './log-streams.ts';
import { recordName, resourceName, roleArn, tagsOf } from './names.ts';
import { type Sleep, until } from './patience.ts';
import type { Registry } from './registry.ts';
import type { SecretsManagerSecrets } from './secrets.ts';
import type { DescribeTask } from './task-context.ts';
import { TaskDefinitions } from './task-definitions.ts';
import { TaskSets, isScaledDown, living, ofGeneration } from './task-sets.ts';

export interface ComputeParts {
  readonly cell: AwsCell;
  readonly ecs: ECSClient;
  readonly registry: Registry;
  readonly logs: LogStreams;
  readonly secrets: SecretsManagerSecrets;
  readonly databases: AuroraDatabases;
  readonly describeTask: DescribeTask;
  readonly sleep: Sleep;
}

/** One Fargate task per project and generation, as a task set of the project's service. */
export class EcsCompute implements Compute {
  readonly #parts: ComputeParts;
  readonly #sets: TaskSets;
  readonly #definitions: TaskDefinitions;

  constructor(parts: ComputeParts) {
    this.#parts = parts;
    this.#sets = new TaskSets(parts.cell, parts.ecs);
    this.#definitions = new TaskDefinitions(parts.ecs);
  }

  /** A cluster of the project's own is made at the same time: its address is known only when the stack is deployed. */
  async prepare(stack: Stack): Promise<void> {
    if (servicesOf(stack).length > 0 && stack.tier === 'pooled') await this.#define(stack);
  }

  async isMade({ ref, generation }: Stack): Promise<boolean> {
    return ofGeneration(await this.#sets.service(ref), generation) !== undefined;
  }

  async deploy(stack: Stack): Promise<void> {
    const { ref, generation } = stack;
    if (servicesOf(stack).length === 0) return;
    const service = await this.#sets.service(ref);
    const found = ofGeneration(service, generation);
    if (found !== undefined) {
      if (isScaledDown(found)) await this.#sets.scale(ref, found, 'all');
      return;
    }
    const definition = await this.#define(stack);
    const registry = registryOf(service) ?? (await this.#parts.registry.ensure(stack));
    if (service === undefined) await this.#sets.createService(stack);
    await this.#sets.create(stack, definition, registry);
  }

  async health(stack: Stack): Promise<readonly ServiceHealth[]> {
    const service = await this.#sets.service(stack.ref);
    const set = ofGeneration(service, stack.generation);
    if (set === undefined || isScaledDown(set)) return [];
    const error = complaintOf(service, set);
    return servicesOf(stack).map((name) =>
      isSteady(set)
        ? { name, status: 'ACTIVE_HEALTHY' }
        : { name, status: 'COMING_UP', ...(error === undefined ? {} : { error }) },
    );
  }

  async promote(stack: Stack): Promise<void> {
    const { ref, generation } = stack;
    if (servicesOf(stack).length === 0) return;
    const set = ofGeneration(await this.#sets.service(ref), generation);
    if (set === undefined) throw new TransientError(`Generation ${generation} of ${ref} is not running.`);
    if (set.status !== 'PRIMARY') await this.#sets.makePrimary(ref, set);
  }

  async retireOthers({ ref, generation }: Stack): Promise<void> {
    const service = await this.#sets.service(ref);
    const kept = ofGeneration(service, generation);
    for (const set of living(service)) if (set !== kept) await this.#sets.delete(ref, set);
  }

  async retire({ ref, generation }: Stack): Promise<void> {
    for (const set of living(await this.#sets.service(ref))) {
      if (set.externalId === String(generation)) await this.#sets.delete(ref, set);
    }
  }

  /** The generations stay, with no task: to deploy one again it takes no new ones, and their rate is limited. */
  async stop({ ref }: Stack): Promise<void> {
    for (const set of living(await this.#sets.service(ref))) {
      if (!isScaledDown(set)) await this.#sets.scale(ref, set, 'none');
    }
    const ended = await until(async () => tasksOf(await this.#sets.service(ref)) === 0, this.#parts.sleep);
    if (!ended) throw new TransientError(`Tasks of ${ref} are still ending.`);
  }

  async delete({ ref }: Stack): Promise<void> {
    const service = await this.#sets.service(ref);
    for (const set of living(service)) await this.#sets.delete(ref, set);
    if (service !== undefined) await this.#sets.deleteService(ref);
    await this.#definitions.delete(ref);
    await this.#parts.registry.delete(ref);
    await this.#parts.logs.delete(ref);
  }

  async #define(stack: Stack): Promise<string> {
    const { cell, databases, describeTask, secrets } = this.#parts;
    const { ref } = stack;
    const secretArn = (await secrets.find(ref))?.arn;
    if (secretArn === undefined) throw new TransientError(`The services of ${ref} wait for its secret.`);
    const { database: name, roleSuffix } = addressOf(cell, stack);
    return this.#definitions.ensure(
      describeTask(stack, {
        family: resourceName(ref),
        region: cell.region,
        url: `https://${recordName(cell, ref)}`,
        bucket: cell.bucket,
        database: { ...(await databases.endpoint(stack)), name, roleSuffix },
        secretArn,
        executionRoleArn: cell.executionRoleArn,
        taskRoleArn: roleArn(cell, ref),
        logGroup: cell.projectLogGroup,
        tags: Object.fromEntries(tagsOf(cell, stack).map(({ Key, Value }) => [Key, Value])),
      }),
    );
  }
}

const servicesOf = ({ template }: Stack) => template.services.filter((name) => name !== 'db');

/** ECS calls a task set steady when all its tasks run and are healthy; one without tasks would be, too. */
function isSteady({ stabilityStatus, runningCount = 0, computedDesiredCount = 0 }: TaskSet): boolean {
  return stabilityStatus === 'STEADY_STATE' && runningCount > 0 && runningCount >= computedDesiredCount;
}

function tasksOf(service: Service | undefined): number {
  const counts = (service?.taskSets ?? []).map(
    ({ runningCount = 0, pendingCount = 0 }) => runningCount + pendingCount,
  );
  return counts.reduce((sum, count) => sum + count, 0);
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
  return service?.events
    ?.filter((event) => (event.createdAt?.getTime() ?? 0) >= since)
    .find(({ message = '' }) => /unable|failed|error/i.test(message))
    ?.message?.replaceAll(/arn:[^\s,)]+/g, '…');
}
