import { composeAwsRotateSecrets } from '../runtime/compose-aws-rotate-secrets.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { scheduled } from './scheduled.ts';

const ports = await composeAwsRotateSecrets(awsConfig());

export const handler = scheduled('rotate-secrets', () => rotateSecrets(ports), ports);
