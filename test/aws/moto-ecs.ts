import {
  DescribeServicesCommand,
  type ECSClient,
  ListTasksCommand,
  type Service,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';

/** Orders after which tasks may have to end. */
const ENDING: ReadonlySet<string> = new Set([
  'UpdateTaskSetCommand',
  'DeleteTaskSetCommand',
  'DeleteServiceCommand',
]);

/**
 * What ECS does by itself and moto does not: it counts a task set's tasks, and ends those that no task set wants.
 * Tasks run from the moment that they are wanted.
 */
export function schedule(ecs: ECSClient, clusterArn: string): void {
  ecs.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        if ('services' in result.output) result.output.services?.forEach(count);
        if (ENDING.has(commandName) && 'service' in args.input && args.input.service !== undefined) {
          await endUnwanted(ecs, clusterArn, args.input.service);
        }
        return result;
      },
    { step: 'initialize', priority: 'low', name: 'schedule' },
  );
}

function count(service: Service): void {
  for (const set of service.taskSets ?? []) {
    set.computedDesiredCount = Math.round(((service.desiredCount ?? 0) * (set.scale?.value ?? 0)) / 100);
    set.runningCount = set.computedDesiredCount;
    set.pendingCount = 0;
  }
}

async function endUnwanted(ecs: ECSClient, cluster: string, family: string): Promise<void> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [family] }));
  const sets = services.flatMap(({ status, taskSets = [] }) => (status === 'ACTIVE' ? taskSets : []));
  const wanted = sets.reduce((sum, { computedDesiredCount = 0 }) => sum + computedDesiredCount, 0);
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, family, desiredStatus: 'RUNNING' }),
  );
  for (const task of taskArns.slice(wanted)) await ecs.send(new StopTaskCommand({ cluster, task }));
}
