import { composeAwsBilling } from '../runtime/compose-aws-billing.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { billingRoutes } from './routes/billing.routes.ts';
import { serveRoutes } from './serve-routes.ts';

const app = serveRoutes(composeAwsBilling(awsConfig()), Object.values(billingRoutes));

export const handler = lambdaHandler((request, connection) => app.fetch(request, connection));
