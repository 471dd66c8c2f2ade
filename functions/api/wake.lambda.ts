import { composeAwsWake } from '../runtime/compose-aws-wake.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { createWakeApp } from './wake-app.ts';

const app = createWakeApp(composeAwsWake(awsConfig()));

export const handler = lambdaHandler((request, connection) => app.fetch(request, connection));
