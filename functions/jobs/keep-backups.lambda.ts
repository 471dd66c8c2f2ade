import { composeAwsKeepBackups } from '../runtime/compose-aws-keep-backups.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { keepBackups } from './keep-backups.ts';
import { scheduled } from './scheduled.ts';

const ports = await composeAwsKeepBackups(awsConfig());

export const handler = scheduled('keep-backups', () => keepBackups(ports), ports);
