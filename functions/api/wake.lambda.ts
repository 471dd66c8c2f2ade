import { Hono } from 'hono';
import { composeAwsWake } from '../runtime/compose-aws-wake.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import type { Connection } from './web-server.ts';
import { lambdaHandler } from './lambda-connection.ts';
import { createPostgresApp } from './postgres-app.ts';
import { createWakeApp } from './wake-app.ts';

const ports = composeAwsWake(awsConfig());
const app = new Hono<{ Bindings: Required<Connection> }>()
  .route('/', createWakeApp(ports))
  .route('/', createPostgresApp(ports));

export const handler = lambdaHandler((request, connection) => app.fetch(request, connection));
