import { createHash } from 'node:crypto';
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinitionStatus,
} from '@aws-sdk/client-ecs';
import { TransientError } from '../../core/kernel/errors.ts';
import { isAws } from './errors.ts';

/** Says what a revision was made from, so that one that would say the same is not registered: ECS takes one a second. */
const DIGEST_TAG = 'baseplane:digest';

/** ECS takes no more at once. */
const DELETIONS = 10;

/** A family per service of a project, a revision per change of what it runs. */
export class TaskDefinitions {
  readonly #ecs: ECSClient;

  constructor(ecs: ECSClient) {
    this.#ecs = ecs;
  }

  /** The revision that runs `wanted`, the newest one or a new one; its ARN. */
  async ensure(wanted: RegisterTaskDefinitionCommandInput): Promise<string> {
    const digest = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
    const newest = await this.#newest(wanted.family ?? '');
    if (newest?.digest === digest) return newest.arn;
    const tags = [...(wanted.tags ?? []), { key: DIGEST_TAG, value: digest }];
    try {
      const { taskDefinition } = await this.#ecs.send(new RegisterTaskDefinitionCommand({ ...wanted, tags }));
      return taskDefinition?.taskDefinitionArn ?? '';
    } catch (error) {
      if (!isAws(error, 'ClientException') || !error.message.includes('concurrent')) throw error;
      throw new TransientError('Another revision of the task definition is being registered.', {
        cause: error,
      });
    }
  }

  async delete(family: string): Promise<void> {
    for (const taskDefinition of await this.list(family, 'ACTIVE')) {
      await this.#ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    }
    const inactive = await this.list(family, 'INACTIVE');
    for (let start = 0; start < inactive.length; start += DELETIONS) {
      const taskDefinitions = inactive.slice(start, start + DELETIONS);
      await this.#ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    }
  }

  async list(familyPrefix: string, status: TaskDefinitionStatus): Promise<string[]> {
    const found: string[] = [];
    for await (const page of paginateListTaskDefinitions({ client: this.#ecs }, { familyPrefix, status })) {
      found.push(...(page.taskDefinitionArns ?? []));
    }
    return found;
  }

  async #newest(family: string): Promise<{ readonly arn: string; readonly digest: string } | undefined> {
    try {
      const { taskDefinition, tags = [] } = await this.#ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] }),
      );
      const digest = tags.find(({ key }) => key === DIGEST_TAG)?.value ?? '';
      return { arn: taskDefinition?.taskDefinitionArn ?? '', digest };
    } catch (error) {
      // ECS has no error of its own for a family without an active revision.
      if (isAws(error, 'ClientException') && error.message.startsWith('Unable to describe')) return undefined;
      throw error;
    }
  }
}
