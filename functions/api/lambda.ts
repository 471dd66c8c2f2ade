import { composeAwsApi } from '../runtime/compose-aws-api.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { createApp } from './app.ts';
import { lambdaHandler } from './lambda-connection.ts';

const app = createApp(await composeAwsApi(awsConfig()));

export const handler = lambdaHandler((request, connection) => app.fetch(request, connection));
