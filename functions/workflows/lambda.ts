import { composeAwsSteps } from '../runtime/compose-aws.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { runStep } from './run-step.ts';

const ports = await composeAwsSteps(awsConfig());

/** Invoked by a Task state; an error it throws is retried or caught there by its name. */
export const handler = (payload: unknown): Promise<void> => runStep(payload, ports);
