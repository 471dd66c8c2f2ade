import { composeAwsMeter } from '../runtime/compose-aws-usage.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { meter } from './meter.ts';
import { scheduled } from './scheduled.ts';

const ports = await composeAwsMeter(awsConfig());

export const handler = scheduled('meter', () => meter(ports), ports);
