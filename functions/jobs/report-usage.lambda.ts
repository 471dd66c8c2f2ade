import { composeAwsReportUsage } from '../runtime/compose-aws-billing.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { reportAllUsage } from './report-usage.ts';
import { scheduled } from './scheduled.ts';

const ports = composeAwsReportUsage(awsConfig());

export const handler = scheduled('report-usage', () => reportAllUsage(ports), ports);
