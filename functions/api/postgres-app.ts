import { Hono } from 'hono';
import type { z } from 'zod';
import {
  clientSchema,
  type GatewayConnection,
  loginSchema,
  type PostgresQuestion,
} from '../contract/postgres-gateway.ts';
import { type CellId, cellIdSchema, type ProjectRef, projectRefSchema } from '../core/kernel/ids.ts';
import { systemActor } from '../core/organization/system-actor.ts';
import { connectToPostgres, wakeForPostgres } from '../core/project/connect-to-postgres.ts';
import type { DatabasePlaces } from '../core/project/database-places.port.ts';
import { forgetFailedLogins, recordFailedLogin } from '../core/project/login-failures.ts';
import type { Connection } from './web-server.ts';
import { hold, type WakeAppPorts } from './wake-app.ts';

export interface PostgresAppPorts extends WakeAppPorts {
  readonly places: DatabasePlaces;
}

interface Asked {
  readonly cell: CellId;
  readonly ref: ProjectRef;
  readonly requestId: string;
}

type Client = z.infer<typeof clientSchema>;

/**
 * What the Postgres gateways of cells ask. API Gateway lets nobody in but a role that may ask for its own cell, so that
 * a question that is wrong is a bug of ours.
 */
export function createPostgresApp(ports: PostgresAppPorts): Hono<{ Bindings: Required<Connection> }> {
  const app = new Hono<{ Bindings: Required<Connection> }>();

  function on<T>(
    question: PostgresQuestion,
    schema: z.ZodType<T>,
    answer: (asked: Asked, body: T) => Promise<GatewayConnection | undefined>,
  ): void {
    app.post(`/postgres/:cell/:ref/${question}`, async (c) => {
      const cell = cellIdSchema.parse(c.req.param('cell'));
      const ref = projectRefSchema.parse(c.req.param('ref'));
      const body = schema.parse(await c.req.json());
      const found = await answer({ cell, ref, requestId: c.env.requestId }, body);
      return found === undefined ? c.body(null, 204) : c.json(found);
    });
  }

  const connect = (asked: Asked, client: Client) => connectToPostgres(asked, client, ports);

  on('admissions', clientSchema, connect);

  on('wakes', clientSchema, async (asked, client) => {
    const before = await connect(asked, client);
    if (before.kind !== 'waiting') return before;
    const actor = systemActor({ ip: client.address, request_id: asked.requestId });
    const wake = await hold(() => wakeForPostgres(asked.ref, actor, ports), ports);
    if (wake.kind === 'ready') return connect(asked, client);
    return wake.kind === 'unknown' ? wake : { kind: 'waiting', status: wake.status };
  });

  on('logins', loginSchema, async ({ ref }, { address, admitted }) => {
    await (admitted ? forgetFailedLogins(ref, address, ports) : recordFailedLogin(ref, address, ports));
    return undefined;
  });

  app.onError((error, c) => {
    ports.log.error('the Postgres gateway was not answered', error, { request_id: c.env.requestId });
    return c.body(null, 500);
  });
  return app;
}
