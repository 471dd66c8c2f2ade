import { composeAwsMetrics } from '../runtime/compose-aws-metrics.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { metricsRoutes } from './routes/metrics.routes.ts';
import { serveRoutes } from './serve-routes.ts';
import { serveWeb } from './web-server.ts';

const serve = serveRoutes(composeAwsMetrics(awsConfig()), Object.values(metricsRoutes));

export const handler = lambdaHandler((request, connection) => serveWeb(request, connection, serve));
