import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
  type ResourceTagMapping,
  type TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { type ProjectRef, projectRefSchema } from '../../../core/kernel/ids.ts';
import type { AwsCell } from '../cell.ts';
import { CELL_TAG, PROJECT_TAG } from '../names.ts';
import type { Source } from './source.ts';

/**
 * The index of tags, whatever made the resource. It goes on to list what ECS remembers of deleted services, tasks and
 * task definitions, so those are looked at where they are: `ecs`.
 */
export function tagged(cell: AwsCell, client: ResourceGroupsTaggingAPIClient, ecs: Source): Source {
  async function resources(TagFilters: TagFilter[]): Promise<readonly ResourceTagMapping[]> {
    const found: ResourceTagMapping[] = [];
    for await (const page of paginateGetResources({ client }, { TagFilters })) {
      found.push(...(page.ResourceTagMappingList ?? []));
    }
    return found;
  }

  return {
    async list(ref) {
      const found = await resources([{ Key: PROJECT_TAG, Values: [ref] }]);
      const elsewhere = found.flatMap(({ ResourceARN }) => ResourceARN ?? []).filter((arn) => !isOfEcs(arn));
      return [
        ...elsewhere.map((name) => ({ kind: kindOf(name), name })),
        ...(elsewhere.length < found.length ? await ecs.list(ref) : []),
      ];
    },
    async refs() {
      const found = await resources([{ Key: PROJECT_TAG }, { Key: CELL_TAG, Values: [cell.id] }]);
      const [certain, doubtful] = [new Set<ProjectRef>(), new Set<ProjectRef>()];
      for (const { ResourceARN = '', Tags = [] } of found) {
        const ref = projectRefSchema.safeParse(Tags.find(({ Key }) => Key === PROJECT_TAG)?.Value).data;
        if (ref !== undefined) (isOfEcs(ResourceARN) ? doubtful : certain).add(ref);
      }
      for (const ref of doubtful) if (!certain.has(ref) && (await ecs.list(ref)).length > 0) certain.add(ref);
      return [...certain];
    },
  };
}

const isOfEcs = (arn: string) => arn.split(':')[2] === 'ecs';

/** `rds:cluster`, `secretsmanager:secret`: the service and what comes before the name. */
function kindOf(arn: string): string {
  const [, , service = '', , , resource = ''] = arn.split(':');
  return `${service}:${resource.split('/')[0]}`;
}
