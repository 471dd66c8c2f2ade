export interface Quota {
  /** As the Service Quotas console calls them. */
  readonly of: string;
  readonly name: string;
}

const RDS = 'Amazon RDS';

/** The quotas that errors of their own tell. */
const BY_ERROR: Readonly<Record<string, Quota>> = {
  DBClusterQuotaExceededFault: { of: RDS, name: 'DB clusters' },
  InstanceQuotaExceededFault: { of: RDS, name: 'DB instances' },
  SnapshotQuotaExceededFault: { of: RDS, name: 'Manual DB cluster snapshots' },
  StorageQuotaExceededFault: { of: RDS, name: 'Total storage for all DB instances' },
};

/** The quotas that an action can hit whose service has one error for all of them. */
const BY_ACTION: Readonly<Record<string, Quota>> = {
  'CloudFront CreateDistributionTenant': {
    of: 'Amazon CloudFront',
    name: 'Maximum number of distribution tenants per AWS account',
  },
  'ECS CreateService': { of: 'Amazon Elastic Container Service', name: 'Services per cluster' },
  'IAM CreateRole': { of: 'AWS Identity and Access Management', name: 'Roles per account' },
  'Route53 ChangeResourceRecordSets': { of: 'Amazon Route 53', name: 'Records per hosted zone' },
  'SESv2 SendEmail': { of: 'Amazon SES', name: 'Sending quota' },
  'SFN StartExecution': { of: 'AWS Step Functions', name: 'Open executions' },
  'SecretsManager CreateSecret': { of: 'AWS Secrets Manager', name: 'Secrets' },
  'ServiceDiscovery CreateService': { of: 'AWS Cloud Map', name: 'Instances per namespace' },
};

/** Fargate answers no call with it: a service says so among its events. */
const BY_EVENT: readonly (Quota & { readonly says: RegExp })[] = [
  { of: 'AWS Fargate', name: 'Fargate On-Demand vCPU resource count', says: /limit on the number of vCPUs/i },
];

const EXHAUSTED: ReadonlySet<string> = new Set([
  'EntityLimitExceeded',
  'ExecutionLimitExceeded',
  'LimitExceededException',
  'LimitsExceeded',
  'ResourceLimitExceeded',
  'ServiceQuotaExceededException',
]);

/** For a person. */
export const exhausted = ({ of, name }: Quota) => ({
  message: `The installation has used up its AWS quota "${name}" of ${of}.`,
  suggestion: `Its operator can have it raised: AWS console, Service Quotas, ${of}, "${name}".`,
});

/** The quota that an event of an ECS service tells of. */
export const quotaOfEvent = (message: string): Quota | undefined =>
  BY_EVENT.find(({ says }) => says.test(message));

/** The quota that this error means, where this action met it. */
export function quotaOf(
  error: Error,
  call: { readonly service: string; readonly action: string },
): Quota | undefined {
  const named = BY_ERROR[error.name];
  if (named !== undefined) return named;
  // Route 53 has no error of its own for it: "Number of records limit of 10000 exceeded."
  const full = error.name === 'InvalidChangeBatch' && /limit of \d+ exceeded/i.test(error.message);
  if (!full && !EXHAUSTED.has(error.name)) return undefined;
  return BY_ACTION[`${call.service} ${call.action}`] ?? { of: call.service, name: call.action };
}
