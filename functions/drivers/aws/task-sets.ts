import { randomUUID } from 'node:crypto';
import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskSetCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  type TaskSet,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { expecting, isAws } from './errors.ts';
import { type Owner, type Part, ecsTagsOf, partName } from './names.ts';

const ALL = { unit: 'PERCENT', value: 100 } as const;
const NONE = { unit: 'PERCENT', value: 0 } as const;

const GONE = ['ServiceNotFoundException', 'TaskSetNotFoundException'];

/** Those that there are; ECS still remembers some that have been deleted. */
export async function findServices(
  cell: AwsCell,
  ecs: ECSClient,
  ref: ProjectRef,
): Promise<Readonly<Record<Part, Service | undefined>>> {
  const tools = partName(ref, 'tools');
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: cell.ecsClusterArn, services: [partName(ref, 'project'), tools] }),
  );
  const known = services.filter(({ status }) => status !== 'INACTIVE');
  return {
    project: known.find(({ serviceName }) => serviceName !== tools),
    tools: known.find(({ serviceName }) => serviceName === tools),
  };
}

/** An ECS service of a project, whose task sets are the generations of its stack; nothing but this deploys to it. */
export class TaskSets {
  readonly #cell: AwsCell;
  readonly #ecs: ECSClient;
  readonly #part: Part;

  constructor(cell: AwsCell, ecs: ECSClient, part: Part) {
    this.#cell = cell;
    this.#ecs = ecs;
    this.#part = part;
  }

  async createService(owner: Owner): Promise<void> {
    try {
      await this.#ecs.send(
        new CreateServiceCommand({
          cluster: this.#cell.ecsClusterArn,
          serviceName: partName(owner.ref, this.#part),
          deploymentController: { type: 'EXTERNAL' },
          schedulingStrategy: 'REPLICA',
          desiredCount: 1,
          propagateTags: 'SERVICE',
          tags: ecsTagsOf(this.#cell, owner),
          clientToken: randomUUID(),
        }),
      );
    } catch (error) {
      if (!isAws(error, 'InvalidParameterException')) throw error;
      // One of this name that still drains, or that somebody made at the same moment: the next look tells.
      throw new TransientError(`The service of ${owner.ref} cannot be made yet.`, { cause: error });
    }
  }

  async create(stack: Stack, taskDefinition: string, registryArn: string): Promise<void> {
    const { taskSubnets, projectSecurityGroup, toolsSecurityGroup } = this.#cell;
    const command = new CreateTaskSetCommand({
      ...this.#of(stack.ref),
      externalId: String(stack.generation),
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...taskSubnets],
          securityGroups: [projectSecurityGroup, ...(this.#part === 'tools' ? [toolsSecurityGroup] : [])],
          assignPublicIp: 'DISABLED',
        },
      },
      // Each generation is in it from when it is healthy: for a moment two of them share the requests.
      serviceRegistries: [{ registryArn }],
      scale: ALL,
      tags: ecsTagsOf(this.#cell, stack),
      clientToken: randomUUID(),
    });
    try {
      await this.#ecs.send(command);
    } catch (error) {
      if (!isAws(error, 'ServiceNotActiveException')) throw error;
      throw new TransientError(`The service of ${stack.ref} is still being deleted.`, { cause: error });
    }
  }

  async scale(ref: ProjectRef, { taskSetArn: taskSet }: TaskSet, to: 'all' | 'none'): Promise<void> {
    const scale = to === 'all' ? ALL : NONE;
    await expecting(
      this.#ecs.send(new UpdateTaskSetCommand({ ...this.#of(ref), taskSet, scale })),
      ...(to === 'none' ? GONE : []),
    );
  }

  async makePrimary(ref: ProjectRef, { taskSetArn: primaryTaskSet }: TaskSet): Promise<void> {
    await this.#ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...this.#of(ref), primaryTaskSet }));
  }

  /** By force, for only so can ECS be made to delete the primary one. */
  async delete(ref: ProjectRef, { taskSetArn: taskSet }: TaskSet): Promise<void> {
    const command = new DeleteTaskSetCommand({ ...this.#of(ref), taskSet, force: true });
    await expecting(this.#ecs.send(command), ...GONE);
  }

  async deleteService(ref: ProjectRef): Promise<void> {
    try {
      const command = new DeleteServiceCommand({ ...this.#of(ref), force: true });
      await expecting(this.#ecs.send(command), ...GONE, 'ServiceNotActiveException');
    } catch (error) {
      if (!isAws(error, 'InvalidParameterException')) throw error;
      throw new TransientError(`The service of ${ref} still has tasks.`, { cause: error });
    }
  }

  #of(ref: ProjectRef): { readonly cluster: string; readonly service: string } {
    return { cluster: this.#cell.ecsClusterArn, service: partName(ref, this.#part) };
  }
}

/** Task sets that are being deleted are drained until their last task has ended. */
export const living = (service: Service | undefined): readonly TaskSet[] =>
  (service?.taskSets ?? []).filter(({ status }) => status !== 'DRAINING');

/** Two steps that overlapped may have made two of one generation: then the older one counts. */
export function ofGeneration(service: Service | undefined, generation: number): TaskSet | undefined {
  return living(service)
    .filter(({ externalId }) => externalId === String(generation))
    .toSorted((one, other) => (one.createdAt?.getTime() ?? 0) - (other.createdAt?.getTime() ?? 0))[0];
}

export const isScaledDown = ({ scale }: TaskSet): boolean => scale?.value === 0;
