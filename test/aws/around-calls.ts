import { AsyncLocalStorage } from 'node:async_hooks';
import type { MiddlewareStack } from '@smithy/types';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsClients, HomeClients } from '../../functions/drivers/aws/clients.ts';
import type { FunctionName } from '../../infra/control-plane/plan/entries.ts';

/** The function that a call is made in; what nothing says otherwise of is a request. */
export const inFunction = new AsyncLocalStorage<FunctionName>();

/** A call of an action, with those of its settings that say which resource it is about. */
export interface AwsCall {
  readonly by: FunctionName;
  readonly service: string;
  readonly action: string;
  /** The SQL that it is to run, if any: its first words, the same for all projects. */
  readonly sql: string;
  readonly about: Readonly<Record<string, string>>;
  /** The time that a database is to be put back to. */
  readonly until: string | undefined;
  /** Whether it may leave anything other than it was. */
  readonly changes: boolean;
}

/** Stands between a driver and AWS: makes the call, or not, and may make its answer another one. */
export type Around = <T>(call: AwsCall, send: () => Promise<T>) => Promise<T>;

/** What a test has clients of: that of the table, too, where the table is DynamoDB's. */
export type CalledClients = AwsClients &
  HomeClients & { readonly dynamodb?: DynamoDBClient; readonly cloudWatch?: CloudWatchClient };

/** Puts `around` about every call, where errors are still to be translated and nothing is tried again. */
export function aroundCalls(clients: CalledClients, around: Around): void {
  if (clients.dynamodb !== undefined) wrap(clients.dynamodb, around);
  if (clients.cloudWatch !== undefined) wrap(clients.cloudWatch, around);
  wrap(clients.cloudFront, around);
  wrap(clients.ecs, around);
  wrap(clients.iam, around);
  wrap(clients.logs, around);
  wrap(clients.rds, around);
  wrap(clients.rdsData, around);
  wrap(clients.route53, around);
  wrap(clients.s3, around);
  wrap(clients.secretsManager, around);
  wrap(clients.serviceDiscovery, around);
  wrap(clients.ses, around);
  wrap(clients.sfn, around);
  wrap(clients.tagging, around);
}

const NAMES_A_RESOURCE =
  /arn|name|identifier|id$|bucket|cluster|service|taskset|taskdefinition|family|prefix/i;
const CHANGES_EACH_TIME = /token|request/i;

function wrap<I extends object, O extends object>(
  client: { readonly middlewareStack: MiddlewareStack<I, O> },
  around: Around,
): void {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      (args) => {
        const about = Object.entries(args.input).filter(
          (entry): entry is [string, string] =>
            typeof entry[1] === 'string' &&
            NAMES_A_RESOURCE.test(entry[0]) &&
            !CHANGES_EACH_TIME.test(entry[0]),
        );
        const sql = firstWords(args.input);
        const call = {
          by: inFunction.getStore() ?? 'api',
          service: clientName.replace(/Client$/, ''),
          action: commandName.replace(/Command$/, ''),
          about: Object.fromEntries(about),
          sql,
          until: timeOf(args.input),
          changes: sql === '' ? !/^(Describe|Get|List)/.test(commandName) : !sql.startsWith('select'),
        };
        return around(call, () => next(args));
      },
    { step: 'initialize', priority: 'low', name: `around-${(wraps += 1)}` },
  );
}

function timeOf(input: object): string | undefined {
  return 'RestoreToTime' in input && input.RestoreToTime instanceof Date
    ? input.RestoreToTime.toISOString()
    : undefined;
}

function firstWords(input: object): string {
  if (!('sql' in input) || typeof input.sql !== 'string') return '';
  const words = input.sql.split(/\s+/, 5).join(' ');
  // A project's database and roles have names of their own.
  return words.replaceAll(/p[0-9a-f]{20}/g, 'p…');
}

/** Two of one name would take each other's place. */
let wraps = 0;
