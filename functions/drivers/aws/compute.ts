import type { ECSClient } from '@aws-sdk/client-ecs';
import { TransientError } from '../../core/kernel/errors.ts';
import type { Compute, ServiceHealth } from '../../core/project/compute.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { addressOf } from './database-address.ts';
import type { AuroraDatabases } from './databases.ts';
import { EcsService, tasksOf } from './ecs-service.ts';
import type { LogStreams } from './log-streams.ts';
import { type Part, internalName, partName, recordName, roleArn, tagsOf } from './names.ts';
import { type Sleep, until } from './patience.ts';
import type { Registry } from './registry.ts';
import type { SecretsManagerSecrets } from './secrets.ts';
import type { DescribeTask } from './task-context.ts';
import { TaskDefinitions } from './task-definitions.ts';
import { TaskSets, findServices, living, ofGeneration } from './task-sets.ts';

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

/** One Fargate task per project and generation, and one for its tools, each a task set of a service of its own. */
export class EcsCompute implements Compute {
  readonly #parts: ComputeParts;
  readonly #definitions: TaskDefinitions;
  readonly #project: EcsService;
  readonly #tools: EcsService;

  constructor(parts: ComputeParts) {
    this.#parts = parts;
    this.#definitions = new TaskDefinitions(parts.ecs);
    const { registry } = parts;
    const define = (stack: Stack, part: Part) => this.#define(stack, part);
    const serviceOf = (part: Part) => {
      const sets = new TaskSets(parts.cell, parts.ecs, part);
      return new EcsService(part, { sets, registry, definitions: this.#definitions, define });
    };
    this.#project = serviceOf('project');
    this.#tools = serviceOf('tools');
  }

  /** A cluster of the project's own is made at the same time: its address is known only when the stack is deployed. */
  async prepare(stack: Stack): Promise<void> {
    if (servicesOf(stack).length > 0 && stack.tier === 'pooled') await this.#define(stack, 'project');
  }

  async isMade({ ref, generation }: Stack): Promise<boolean> {
    return ofGeneration((await this.#find(ref)).project, generation) !== undefined;
  }

  async deploy(stack: Stack): Promise<void> {
    if (servicesOf(stack).length === 0) return;
    const found = await this.#find(stack.ref);
    await this.#project.deploy(found.project, stack);
    if (stack.tools) await this.#tools.deploy(found.tools, stack);
  }

  async health(stack: Stack): Promise<readonly ServiceHealth[]> {
    const found = await this.#find(stack.ref);
    const own = this.#project.health(found.project, stack);
    if (own === undefined) return [];
    const tools = stack.tools ? this.#tools.health(found.tools, stack) : undefined;
    return [
      ...servicesOf(stack).map((name) => ({ name, ...own })),
      ...(tools === undefined ? [] : [{ name: 'tools' as const, ...tools }]),
    ];
  }

  async promote(stack: Stack): Promise<void> {
    if (servicesOf(stack).length === 0) return;
    const found = await this.#find(stack.ref);
    await this.#project.promote(found.project, stack);
    if (stack.tools) await this.#tools.promote(found.tools, stack);
  }

  async retireOthers(stack: Stack): Promise<void> {
    const found = await this.#find(stack.ref);
    await this.#project.retireOthers(found.project, stack);
    if (stack.tools) await this.#tools.retireOthers(found.tools, stack);
    else await this.#tools.remove(found.tools, stack.ref);
  }

  /** Tools that are of this generation alone go with it. */
  async retire(stack: Stack): Promise<void> {
    const found = await this.#find(stack.ref);
    await this.#project.retire(found.project, stack);
    const isOfAnother = living(found.tools).some(({ externalId }) => externalId !== String(stack.generation));
    if (isOfAnother) await this.#tools.retire(found.tools, stack);
    else await this.#tools.remove(found.tools, stack.ref);
  }

  async stop({ ref }: Stack): Promise<void> {
    const found = await this.#find(ref);
    await this.#project.stop(found.project, ref);
    await this.#tools.stop(found.tools, ref);
    const ended = await until(async () => {
      const { project, tools } = await this.#find(ref);
      return tasksOf(project) + tasksOf(tools) === 0;
    }, this.#parts.sleep);
    if (!ended) throw new TransientError(`Tasks of ${ref} are still ending.`);
  }

  async delete({ ref }: Stack): Promise<void> {
    const found = await this.#find(ref);
    await this.#project.delete(found.project, ref);
    await this.#tools.delete(found.tools, ref);
    await this.#parts.registry.delete(ref);
    await this.#parts.logs.delete(ref);
  }

  #find(ref: Stack['ref']) {
    return findServices(this.#parts.cell, this.#parts.ecs, ref);
  }

  async #define(stack: Stack, part: Part): Promise<string> {
    const { cell, databases, describeTask, secrets } = this.#parts;
    const { ref } = stack;
    const secretArn = (await secrets.find(ref))?.arn;
    if (secretArn === undefined) throw new TransientError(`The services of ${ref} wait for its secret.`);
    const { database: name, roleSuffix } = addressOf(cell, stack);
    return this.#definitions.ensure(
      describeTask(stack, {
        part,
        family: partName(ref, part),
        region: cell.region,
        url: `https://${recordName(cell, ref)}`,
        toolsHost: internalName(cell, ref, 'tools'),
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
