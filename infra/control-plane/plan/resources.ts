/** What grants are about. The names of resources follow from the settings, so that nothing waits for another. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly home: string;
  readonly tableArn: string;
  readonly stateMachineArns: Readonly<Record<'all' | 'pause' | 'resume' | 'redeploy', readonly string[]>>;
  readonly hostedZoneId: string;
  readonly mailSender: string;
  readonly cells: readonly CellPlace[];
}

export interface CellPlace {
  readonly id: string;
  readonly region: string;
  readonly clusterName: string;
  readonly secretPrefix: string;
  readonly databaseClusterArn: string;
  readonly databaseSecretArn: string;
  readonly subnetGroup: string;
  readonly parameterGroup: string;
  readonly bucket: string;
  readonly keyArn: string;
  readonly logGroup: string;
  readonly edgeLogGroup: string;
  readonly namespaceId: string;
  readonly distributionId: string;
  readonly connectionGroupId: string;
  readonly executionRoleArn: string;
  readonly boundaryArn: string;
}

const inRegion = ({ partition, account }: Place, service: string, region: string) =>
  `arn:${partition}:${service}:${region}:${account}`;

/** Every set of the installation's resources that something is granted on. `anything`: AWS knows no narrower one. */
export const OWN = {
  anything: () => ['*'],
  table: ({ tableArn }) => [tableArn, `${tableArn}/index/*`],
  stateMachines: ({ stateMachineArns }) => stateMachineArns.all,
  pauseMachine: ({ stateMachineArns }) => stateMachineArns.pause,
  resumeMachine: ({ stateMachineArns }) => stateMachineArns.resume,
  redeployMachine: ({ stateMachineArns }) => stateMachineArns.redeploy,
  zone: ({ partition, hostedZoneId }) => [`arn:${partition}:route53:::hostedzone/${hostedZoneId}`],
  changes: ({ partition }) => [`arn:${partition}:route53:::change/*`],
  sender: (place) => [
    `${inRegion(place, 'ses', place.home)}:identity/${place.mailSender}`,
    `${inRegion(place, 'ses', place.home)}:identity/${place.mailSender.split('@')[1]}`,
  ],
} as const satisfies Record<string, (place: Place) => readonly string[]>;

/** Every set of a cell's. */
export const OF_CELL = {
  secrets: ({ region, secretPrefix }, place) => [
    `${inRegion(place, 'secretsmanager', region)}:secret:${secretPrefix}*`,
  ],
  sharedDatabaseSecret: ({ databaseSecretArn }) => [databaseSecretArn],
  // RDS names the secrets of the clusters' master users; which is whose, their tags say.
  masterSecrets: ({ region }, place) => [`${inRegion(place, 'secretsmanager', region)}:secret:rds!cluster-*`],
  keys: ({ keyArn }) => [keyArn],
  clusters: ({ region, databaseClusterArn }, place) => [
    databaseClusterArn,
    `${inRegion(place, 'rds', region)}:cluster:baseplane-*`,
  ],
  allClusters: ({ region }, place) => [`${inRegion(place, 'rds', region)}:cluster:*`],
  projectClusters: ({ region, subnetGroup, parameterGroup }, place) => [
    `${inRegion(place, 'rds', region)}:cluster:baseplane-*`,
    `${inRegion(place, 'rds', region)}:db:baseplane-*`,
    `${inRegion(place, 'rds', region)}:cluster-snapshot:*`,
    `${inRegion(place, 'rds', region)}:subgrp:${subnetGroup}`,
    `${inRegion(place, 'rds', region)}:cluster-pg:${parameterGroup}`,
  ],
  services: ({ region, clusterName }, place) => [
    `${inRegion(place, 'ecs', region)}:service/${clusterName}/baseplane-*`,
    `${inRegion(place, 'ecs', region)}:task-set/${clusterName}/baseplane-*/*`,
  ],
  taskDefinitions: ({ region }, place) => [`${inRegion(place, 'ecs', region)}:task-definition/baseplane-*:*`],
  projectRoles: ({ id }, { partition, account }) => [
    `arn:${partition}:iam::${account}:role/baseplane/${id}/baseplane-*`,
  ],
  passedRoles: ({ id, executionRoleArn }, { partition, account }) => [
    executionRoleArn,
    `arn:${partition}:iam::${account}:role/baseplane/${id}/baseplane-*`,
  ],
  tenants: ({ distributionId, connectionGroupId }, { partition, account }) => [
    `arn:${partition}:cloudfront::${account}:distribution/${distributionId}`,
    `arn:${partition}:cloudfront::${account}:connection-group/${connectionGroupId}`,
    `arn:${partition}:cloudfront::${account}:distribution-tenant/*`,
  ],
  projectLogs: ({ region, logGroup }, place) => [
    `${inRegion(place, 'logs', region)}:log-group:${logGroup}`,
    `${inRegion(place, 'logs', region)}:log-group:${logGroup}:log-stream:*`,
  ],
  edgeLog: ({ region, edgeLogGroup }, place) => [
    `${inRegion(place, 'logs', region)}:log-group:${edgeLogGroup}`,
    `${inRegion(place, 'logs', region)}:log-group:${edgeLogGroup}:log-stream:*`,
  ],
  buckets: ({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}`],
  objects: ({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}/*`],
  functionObjects: ({ bucket }, { partition }) => [`arn:${partition}:s3:::${bucket}/*/~functions/*`],
  registry: ({ region, namespaceId }, place) => [
    `${inRegion(place, 'servicediscovery', region)}:namespace/${namespaceId}`,
    `${inRegion(place, 'servicediscovery', region)}:service/*`,
  ],
} as const satisfies Record<string, (cell: CellPlace, place: Place) => readonly string[]>;
