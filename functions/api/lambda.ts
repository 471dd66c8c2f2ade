import { composeAwsApi } from '../runtime/compose-aws-api.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { documented } from './documented.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { MAIN_ROUTES } from './main-routes.ts';
import { serveRoutes } from './serve-routes.ts';
import { serveWeb } from './web-server.ts';

const serve = documented(serveRoutes(await composeAwsApi(awsConfig()), MAIN_ROUTES));

export const handler = lambdaHandler((request, connection) => serveWeb(request, connection, serve));
