import { type ECSClient, paginateListTasks } from '@aws-sdk/client-ecs';
import type { AwsCell } from '../cell.ts';
import { type Part, partName } from '../names.ts';
import { TaskDefinitions } from '../task-definitions.ts';
import { findServices } from '../task-sets.ts';
import type { Source } from './source.ts';

const PARTS: readonly Part[] = ['project', 'tools'];

/** Services and tasks that still run or drain, and task definitions that have not been deleted. */
export function ofEcs(cell: AwsCell, ecs: ECSClient): Source {
  const definitions = new TaskDefinitions(ecs);
  async function tasksOf(family: string): Promise<readonly string[]> {
    const tasks: string[] = [];
    const running = { cluster: cell.ecsClusterArn, family, desiredStatus: 'RUNNING' as const };
    for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, running))
      tasks.push(...taskArns);
    return tasks;
  }
  return {
    async list(ref) {
      const services = await findServices(cell, ecs, ref);
      const found = await Promise.all(
        PARTS.map(async (part) => {
          const family = partName(ref, part);
          const name = services[part]?.serviceArn;
          const tasks = await tasksOf(family);
          const revisions = [
            ...(await definitions.list(family, 'ACTIVE')),
            ...(await definitions.list(family, 'INACTIVE')),
          ];
          return [
            ...(name === undefined ? [] : [{ kind: 'ecs:service', name }]),
            ...tasks.map((task) => ({ kind: 'ecs:task', name: task })),
            ...revisions.map((revision) => ({ kind: 'ecs:task-definition', name: revision })),
          ];
        }),
      );
      return found.flat();
    },
    // The index of tags knows them all, and a cell has thousands to list.
    refs: () => Promise.resolve([]),
  };
}
