import { composeAwsBilling } from '../runtime/compose-aws-billing.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { billingRoutes } from './routes/billing.routes.ts';
import { serveRoutes } from './serve-routes.ts';
import { serveWeb } from './web-server.ts';

const serve = serveRoutes(composeAwsBilling(awsConfig()), Object.values(billingRoutes));

export const handler = lambdaHandler((request, connection) => serveWeb(request, connection, serve));
