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
import { type Owner, ecsTagsOf, resourceName } from './names.ts';

const ALL = { unit: 'PERCENT', value: 100 } as const;
const NONE = { unit: 'PERCENT', value: 0 } as const;

const GONE = ['ServiceNotFoundException', 'TaskSetNotFoundException'];

/** A project's ECS service, whose task sets are the generations of its stack; nothing but this deploys to it. */
export class TaskSets {
  readonly #cell: AwsCell;
  readonly #ecs: ECSClient;

  constructor(cell: AwsCell, ecs: ECSClient) {
    this.#cell = cell;
    this.#ecs = ecs;
  }

  /** undefined where there is none, or one that has been deleted and that ECS still remembers. */
  async service(ref: ProjectRef): Promise<Service | undefined> {
    const { services = [] } = await this.#ecs.send(
      new DescribeServicesCommand({ cluster: this.#cell.ecsClusterArn, services: [resourceName(ref)] }),
    );
    return services.find(({ status }) => status !== 'INACTIVE');
  }

  async createService(owner: Owner): Promise<void> {
    try {
      await this.#ecs.send(
        new CreateServiceCommand({
          cluster: this.#cell.ecsClusterArn,
          serviceName: resourceName(owner.ref),
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
    const { taskSubnets, projectSecurityGroup } = this.#cell;
    const command = new CreateTaskSetCommand({
      ...this.#of(stack.ref),
      externalId: String(stack.generation),
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...taskSubnets],
          securityGroups: [projectSecurityGroup],
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
    return { cluster: this.#cell.ecsClusterArn, service: resourceName(ref) };
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
