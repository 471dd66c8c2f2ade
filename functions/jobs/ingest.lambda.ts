import { composeAwsIngest } from '../runtime/compose-aws-ingest.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { ingest } from './ingest.ts';
import { scheduled } from './scheduled.ts';

const ports = await composeAwsIngest(awsConfig());

export const handler = scheduled('ingest', (behind) => ingest(ports, behind), ports);
