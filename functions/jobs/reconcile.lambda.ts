import { composeAwsTransitions } from '../runtime/compose-aws-transitions.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { reconcile } from './reconcile.ts';
import { scheduled } from './scheduled.ts';

const ports = composeAwsTransitions(awsConfig());

export const handler = scheduled('reconcile', () => reconcile('tick', ports), ports);
