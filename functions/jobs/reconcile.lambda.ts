import { composeAwsTransitions } from '../runtime/compose-aws-transitions.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { reconcile } from './reconcile.ts';

const ports = composeAwsTransitions(awsConfig());

/** On a schedule. */
export const handler = (): Promise<void> => reconcile('tick', ports);
