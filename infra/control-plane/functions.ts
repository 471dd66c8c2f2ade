import { join } from 'node:path';
import { runProgram } from './child.ts';
import { ENTRIES, type FunctionName } from './plan/entries.ts';
import { cellStatements, isOnCells, ownStatements, policyOf } from './plan/grants.ts';
import type { Names } from './plan/names.ts';
import type { Place } from './plan/resources.ts';
import type { Settings } from './plan/settings.ts';

type StripeEnvironment = Readonly<Partial<Record<FunctionName, Record<string, $util.Input<string>>>>>;

export type Functions = Readonly<Record<FunctionName, sst.aws.Function>>;

/** Every function, with its own code and its own role. */
export function makeFunctions(
  settings: Settings,
  names: Names,
  place: $util.Output<Place>,
  environment: Record<string, $util.Input<string>>,
  /** Of the functions that have to do with Stripe. */
  stripe: StripeEnvironment,
): Functions {
  const folder = join($cli.paths.work, 'functions');
  runProgram('infra/control-plane/bundles/bundle-all.ts', [folder]);
  const make = (name: FunctionName) => {
    const { description, memory, timeout } = ENTRIES[name];
    return new sst.aws.Function(logicalName(name), {
      name: names.functions[name],
      description,
      bundle: join(folder, name),
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      memory,
      timeout,
      environment: { ...environment, ...stripe[name] },
      permissions: place.apply((known) => [...ownStatements(name, known), logging(name, names, known)]),
      logging: { retention: settings.production ? '3 months' : '1 month' },
      // In place of Lambda's own managed policy, which would grant its logging on every log group of the account.
      transform: { role: (args) => void (args.managedPolicyArns = cellPolicies(name, settings, place)) },
      dev: false,
    });
  };
  return {
    api: make('api'),
    wake: make('wake'),
    billing: make('billing'),
    metrics: make('metrics'),
    step: make('step'),
    reconcile: make('reconcile'),
    sweep: make('sweep'),
    pauseIdle: make('pauseIdle'),
    ingest: make('ingest'),
    meter: make('meter'),
    quotas: make('quotas'),
    reportUsage: make('reportUsage'),
    keepBackups: make('keepBackups'),
    rotateSecrets: make('rotateSecrets'),
    owner: make('owner'),
  };
}

/**
 * A policy for each cell: a role takes 10,240 characters inline, which three cells fill, and ten policies of 6,144.
 */
function cellPolicies(
  name: FunctionName,
  { stage, cells }: Settings,
  place: $util.Output<Place>,
): $util.Output<string>[] {
  return (isOnCells(name) ? cells : []).map(({ id }) => {
    const policy = place.apply((known) =>
      policyOf(
        known.cells.filter((each) => each.id === id).flatMap((cell) => cellStatements(name, known, cell)),
      ),
    );
    const called = { name: `baseplane-${stage}-${name}-${id}`, path: '/baseplane/' };
    return new aws.iam.Policy(`${logicalName(name)}On${id}`, { ...called, policy }).arn;
  });
}

const logicalName = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Function`;

/** SST makes the group; the function adds streams to it. */
function logging(name: FunctionName, { functions }: Names, { partition, account, home }: Place) {
  const group = `arn:${partition}:logs:${home}:${account}:log-group:/aws/lambda/${functions[name]}`;
  return { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${group}:*`] };
}
