import { composeAwsTransitions } from '../runtime/compose-aws-transitions.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { reconcile } from './reconcile.ts';

const ports = composeAwsTransitions(awsConfig());

/**
 * On a schedule. What belongs to no project is not looked for here: without a resource's age, that of a project which
 * is just being created could not be told from it.
 */
export const handler = (): Promise<void> => reconcile('tick', ports);
