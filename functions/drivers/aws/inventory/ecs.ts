import { type ECSClient, paginateListTasks } from '@aws-sdk/client-ecs';
import type { AwsCell } from '../cell.ts';
import { resourceName } from '../names.ts';
import { TaskDefinitions } from '../task-definitions.ts';
import { TaskSets } from '../task-sets.ts';
import type { Source } from './source.ts';

/** Services and tasks that still run or drain, and task definitions that have not been deleted. */
export function ofEcs(cell: AwsCell, ecs: ECSClient): Source {
  const sets = new TaskSets(cell, ecs);
  const definitions = new TaskDefinitions(ecs);
  return {
    async list(ref) {
      const service = await sets.service(ref);
      const tasks: string[] = [];
      const family = resourceName(ref);
      const ofProject = { cluster: cell.ecsClusterArn, family, desiredStatus: 'RUNNING' as const };
      for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, ofProject))
        tasks.push(...taskArns);
      const revisions = [
        ...(await definitions.list(ref, 'ACTIVE')),
        ...(await definitions.list(ref, 'INACTIVE')),
      ];
      return [
        ...(service?.serviceArn === undefined ? [] : [{ kind: 'ecs:service', name: service.serviceArn }]),
        ...tasks.map((name) => ({ kind: 'ecs:task', name })),
        ...revisions.map((name) => ({ kind: 'ecs:task-definition', name })),
      ];
    },
    // The index of tags knows them all, and a cell has thousands to list.
    refs: () => Promise.resolve([]),
  };
}
