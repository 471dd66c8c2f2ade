import { GetRoleCommand, type IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import type { ProjectRef } from '../../../core/kernel/ids.ts';
import type { AwsCell } from '../cell.ts';
import { expecting } from '../errors.ts';
import { refOf, resourceName, rolePath } from '../names.ts';
import type { Source } from './source.ts';

/** Roles carry tags that no index of tags knows. */
export function ofIam(cell: AwsCell, iam: IAMClient): Source {
  return {
    async list(ref) {
      const command = new GetRoleCommand({ RoleName: resourceName(ref) });
      const { Role } = (await expecting(iam.send(command), 'NoSuchEntityException')) ?? {};
      return Role?.Arn === undefined ? [] : [{ kind: 'iam:role', name: Role.Arn }];
    },
    async refs() {
      const found: ProjectRef[] = [];
      for await (const { Roles = [] } of paginateListRoles({ client: iam }, { PathPrefix: rolePath(cell) })) {
        found.push(...Roles.flatMap(({ RoleName }) => refOf(RoleName) ?? []));
      }
      return found;
    },
  };
}
