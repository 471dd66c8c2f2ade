import type { FunctionName } from '../../infra/control-plane/plan/entries.ts';
import { GRANTS } from '../../infra/control-plane/plan/grants.ts';
import { actionsOf } from '../control-plane/iam-actions.ts';
import type { AwsCall } from './around-calls.ts';

/** The packages of the clients, where they are not called as their clients are. */
const PACKAGES: Readonly<Record<string, string>> = {
  CloudWatchLogs: 'cloudwatch-logs',
  RDSData: 'rds-data',
  ResourceGroupsTaggingAPI: 'resource-groups-tagging-api',
  Route53: 'route-53',
  SecretsManager: 'secrets-manager',
};

/** The actions that a function's calls asked for, and those that it is granted. */
export function permissionsOf(name: FunctionName, calls: Iterable<AwsCall>) {
  const own = [...calls].filter(({ by }) => by === name);
  const asked = own.flatMap(({ service, action }) =>
    actionsOf({ client: PACKAGES[service] ?? service.toLowerCase(), command: action }),
  );
  const granted = GRANTS[name].flatMap(({ actions }) => actions);
  return {
    missing: [...new Set(asked)].filter((each) => !granted.includes(each)).toSorted(),
    unused: [...new Set(granted)].filter((each) => !asked.includes(each)).toSorted(),
  };
}
