import { composeAwsQuotas } from '../runtime/compose-aws-usage.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { quotas } from './quotas.ts';
import { scheduled } from './scheduled.ts';

const ports = await composeAwsQuotas(awsConfig());

export const handler = scheduled('quotas', () => quotas(ports), ports);
