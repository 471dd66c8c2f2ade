import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { translating } from './errors.ts';

export type AwsClients = ReturnType<typeof createAwsClients>;
export type HomeClients = ReturnType<typeof createHomeClients>;

/**
 * A step of a workflow has a minute, and the Data API answers within 45 s whatever happens: an answer that takes
 * longer is not coming.
 */
const TIMEOUTS = { connectionTimeout: 3000, requestTimeout: 50_000, throwOnRequestTimeout: true };

/** How every client of a driver is made. */
export const inRegion = (region: string) => ({ region, requestHandler: TIMEOUTS });

/** What the drivers of a cell in `region` call. */
export function createAwsClients(region: string) {
  const there = inRegion(region);
  return {
    // CloudFront is global and has its one endpoint there.
    cloudFront: translating(new CloudFrontClient(inRegion('us-east-1'))),
    ecs: translating(new ECSClient(there)),
    iam: translating(new IAMClient(there)),
    logs: translating(new CloudWatchLogsClient(there)),
    rds: translating(new RDSClient(there)),
    rdsData: translating(new RDSDataClient(there)),
    route53: translating(new Route53Client(there)),
    s3: translating(new S3Client(there)),
    secretsManager: translating(new SecretsManagerClient(there)),
    serviceDiscovery: translating(new ServiceDiscoveryClient(there)),
    tagging: translating(new ResourceGroupsTaggingAPIClient(there)),
  };
}

/** What is the control plane's own, in its region: mails and workflows. */
export function createHomeClients(region: string) {
  const here = inRegion(region);
  return {
    ses: translating(new SESv2Client(here)),
    sfn: translating(new SFNClient(here)),
  };
}
