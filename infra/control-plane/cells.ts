import { createHash } from 'node:crypto';
import { GATEWAY_PORT, gatewayDomain } from '../cell/postgres-gateway/domain.ts';
import { runProgram } from './child.ts';
import type { CellPlace } from './plan/resources.ts';
import type { CellToDeploy, Settings } from './plan/settings.ts';

export interface DeployedCell {
  readonly cell: CellToDeploy;
  readonly stack: aws.cloudformation.Stack;
  /** How a resource is made in its region. */
  readonly there: { readonly provider?: aws.Provider };
  /** `<cell>/<digest>`: where its record is in the table. */
  readonly address: $util.Output<string>;
  readonly place: $util.Output<CellPlace>;
}

/** One stack of CloudFormation per cell, in the cell's own region, and the record by which functions know it. */
export function makeCells(settings: Settings, table: sst.aws.Dynamo): readonly DeployedCell[] {
  const regions = [...new Set(settings.cells.map(({ region }) => region))];
  const providers = new Map(
    regions.map((region) => [
      region,
      new aws.Provider(`Region${logicalName(region)}`, {
        region,
        defaultTags: { tags: stackTags(settings) },
      }),
    ]),
  );
  return settings.cells.map((cell, index) => {
    const provider = providers.get(cell.region);
    const there = provider ? { provider } : {};
    const stack = new aws.cloudformation.Stack(
      `Cell${logicalName(cell.id)}`,
      {
        name: `baseplane-${cell.id}`,
        templateBody: templateOf(cell, index === 0, settings),
        capabilities: ['CAPABILITY_IAM'],
        tags: stackTags(settings),
      },
      {
        ...there,
        retainOnDelete: settings.production,
        protect: settings.production,
        // An Aurora cluster takes a quarter of an hour, and the certificate may wait for DNS as long.
        customTimeouts: { create: '90m', update: '90m', delete: '90m' },
      },
    );
    return { cell, stack, there, ...record(cell, stack, settings, table) };
  });
}

export const stackTags = ({ stage }: Settings) => ({
  'baseplane:stage': stage,
  'sst:app': $app.name,
  'sst:stage': stage,
});

const logicalName = (text: string) =>
  text.replaceAll(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());

function templateOf(cell: CellToDeploy, first: boolean, settings: Settings): string {
  const args = synthesisArguments(cell, settings);
  return runProgram('infra/cell/synthesize.ts', first ? [...args, '--default-cell'] : args);
}

/** All that one of a cell's templates is made of. */
export function synthesisArguments(
  cell: CellToDeploy,
  { stage, rootDomain, hostedZoneId }: Settings,
): readonly string[] {
  const options = {
    stage,
    cell: cell.id,
    region: cell.region,
    'root-domain': rootDomain,
    'hosted-zone-id': hostedZoneId,
    'wake-url': `https://api.${rootDomain}`,
    cidr: cell.cidr,
  };
  return Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
}

/** Two cells' outputs are more than the 4 KB that a function's variables may have: the table has them. */
function record(
  { id, region }: CellToDeploy,
  stack: aws.cloudformation.Stack,
  { rootDomain, hostedZoneId, postgres }: Settings,
  table: sst.aws.Dynamo,
): Pick<DeployedCell, 'address' | 'place'> {
  const door = postgres
    ? { postgres: { host: gatewayDomain({ cell: id, rootDomain }), port: GATEWAY_PORT } }
    : {};
  const data = stack.outputs.apply((outputs) =>
    JSON.stringify({ id, region, rootDomain, hostedZoneId, ...door, outputs: sorted(outputs) }),
  );
  const digest = data.apply((text) => createHash('sha256').update(text).digest('hex').slice(0, 16));
  const item = $util
    .all([data, digest])
    .apply(([text, sk]) =>
      JSON.stringify({ pk: { S: `CELL#${id}` }, sk: { S: sk }, version: { N: '1' }, data: { S: text } }),
    );
  const stored = new aws.dynamodb.TableItem(`Cell${logicalName(id)}Record`, {
    tableName: table.name,
    hashKey: 'pk',
    rangeKey: 'sk',
    item,
  });
  return {
    // A function must not be told of a record that is not there yet.
    address: $util.all([stored.id, digest]).apply(([, text]) => `${id}/${text}`),
    place: stack.outputs.apply((outputs) => placeOf(id, region, outputs)),
  };
}

/** One text for one set of outputs, in whatever order CloudFormation gives them. */
const sorted = (outputs: Record<string, string>) =>
  Object.fromEntries(Object.entries(outputs).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function placeOf(id: string, region: string, outputs: Record<string, string>): CellPlace {
  const of = (name: string) => outputs[name] ?? '';
  return {
    id,
    region,
    clusterName: of('ClusterName'),
    secretPrefix: of('SecretPrefix'),
    databaseClusterArn: of('DatabaseClusterArn'),
    databaseSecretArn: of('DatabaseSecretArn'),
    subnetGroup: of('DatabaseSubnetGroup'),
    parameterGroup: of('DatabaseParameterGroup'),
    bucket: of('BucketName'),
    keyArn: of('KeyArn'),
    logGroup: of('ProjectLogGroup'),
    edgeLogGroup: of('EdgeLogGroup'),
    namespaceId: of('NamespaceId'),
    distributionId: of('DistributionId'),
    connectionGroupId: of('ConnectionGroupId'),
    executionRoleArn: of('ExecutionRoleArn'),
    boundaryArn: of('PermissionsBoundaryArn'),
  };
}
