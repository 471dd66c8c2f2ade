import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { type AwsCell, ownerOf } from './cell.ts';
import { isAws, expecting } from './errors.ts';
import { type Owner, resourceName, rolePath, tagsOf } from './names.ts';

/**
 * The role that a project's containers act as. The cell's boundary speaks of whatever project the role's tag names,
 * so it can be both: the most that the role may be granted, and what it is granted.
 */
export class TaskRole {
  readonly #cell: AwsCell;
  readonly #iam: IAMClient;

  constructor(cell: AwsCell, iam: IAMClient) {
    this.#cell = cell;
    this.#iam = iam;
  }

  async create(owner: Owner): Promise<void> {
    const RoleName = resourceName(owner.ref);
    const boundary = this.#cell.permissionsBoundaryArn;
    try {
      await this.#iam.send(
        new CreateRoleCommand({
          RoleName,
          Path: rolePath(this.#cell),
          Description: `Containers of the project ${owner.ref}`,
          AssumeRolePolicyDocument: JSON.stringify(this.#trust()),
          PermissionsBoundary: boundary,
          Tags: tagsOf(this.#cell, owner),
        }),
      );
    } catch (error) {
      if (!isAws(error, 'EntityAlreadyExistsException')) throw error;
    }
    try {
      await this.#iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: boundary }));
    } catch (error) {
      if (!isAws(error, 'NoSuchEntityException')) throw error;
      throw new TransientError(`The role of ${owner.ref} is not yet known to all of IAM.`, { cause: error });
    }
  }

  async delete(ref: ProjectRef): Promise<void> {
    const RoleName = resourceName(ref);
    const PolicyArn = this.#cell.permissionsBoundaryArn;
    await expecting(
      this.#iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
      'NoSuchEntityException',
    );
    await expecting(this.#iam.send(new DeleteRoleCommand({ RoleName })), 'NoSuchEntityException');
  }

  /** Without the condition another account's ECS could be talked into using the role. */
  #trust(): object {
    const { account } = ownerOf(this.#cell);
    return {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ],
    };
  }
}
