import {
  DescribeServicesCommand,
  type ECSClient,
  ListTasksCommand,
  type Service,
  RunTaskCommand,
  StopTaskCommand,
  type TaskSet,
} from '@aws-sdk/client-ecs';

/** Orders after which there are tasks too many or too few. */
const CHANGING: ReadonlySet<string> = new Set([
  'UpdateTaskSetCommand',
  'DeleteTaskSetCommand',
  'DeleteServiceCommand',
]);

/**
 * What ECS does by itself and moto does not: it counts a task set's tasks, ends those that no task set
 * wants, and starts those that one wants again.
 * Tasks run from the moment that they are wanted, but for those of a sickly generation, which never come up.
 */
export function schedule(
  ecs: ECSClient,
  admin: ECSClient,
  options: { readonly clusterArn: string; readonly sickly: ReadonlySet<string> },
): void {
  ecs.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        if ('services' in result.output) {
          for (const set of setsOf(result.output.services)) count(set, options.sickly);
        }
        if (CHANGING.has(commandName) && 'service' in args.input && args.input.service !== undefined) {
          await adjust(admin, options.clusterArn, args.input.service);
        }
        return result;
      },
    { step: 'serialize', priority: 'high', name: 'schedule' },
  );
}

/** Each service of ours wants one task of each of its task sets. */
const wantedBy = ({ scale }: TaskSet) => Math.round((scale?.value ?? 0) / 100);

const setsOf = (services: readonly Service[] = []) => services.flatMap(({ taskSets = [] }) => taskSets);

function count(set: TaskSet, sickly: ReadonlySet<string>): void {
  set.computedDesiredCount = wantedBy(set);
  set.runningCount = sickly.has(set.externalId ?? '') ? 0 : set.computedDesiredCount;
  set.pendingCount = 0;
}

async function adjust(admin: ECSClient, cluster: string, family: string): Promise<void> {
  const { services = [] } = await admin.send(new DescribeServicesCommand({ cluster, services: [family] }));
  const sets = setsOf(services.filter(({ status }) => status === 'ACTIVE'));
  const wanted = sets.filter((set) => wantedBy(set) > 0);
  const running = { cluster, family, desiredStatus: 'RUNNING' as const };
  const { taskArns = [] } = await admin.send(new ListTasksCommand(running));
  for (const task of taskArns.slice(wanted.length)) await admin.send(new StopTaskCommand({ cluster, task }));
  for (const { taskDefinition, launchType, networkConfiguration } of wanted.slice(taskArns.length)) {
    await admin.send(new RunTaskCommand({ cluster, taskDefinition, launchType, networkConfiguration }));
  }
}
