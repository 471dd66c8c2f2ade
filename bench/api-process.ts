import { type RequestListener, createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import { createApp } from '../functions/api/app.ts';
import { portsOver } from '../functions/api/call.ts';
import { nodeListener } from '../functions/api/node-server.ts';
import { issueToken } from '../functions/core/organization/issue-token.ts';
import { OrganizationStore } from '../functions/core/organization/organization-store.ts';
import { CloudMeter } from '../functions/drivers/prometheus/cloud-meter.ts';
import { openSqliteTable } from '../functions/drivers/sqlite/table.ts';
import { jsonLog, systemClock, systemRandom } from '../functions/runtime/system.ts';
import { World } from '../test/faults/world.ts';

/** Started with a role; says where it listens and what to ask, then tells its CPU time whenever asked. */
const [role = '', sample = '', head = '{}'] = process.argv.slice(2);

interface Server {
  readonly listener: RequestListener;
  readonly path: string;
  readonly token: string;
}

/** The Management API with its state in a file, as the local cloud has it. No project behind it runs. */
async function api(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'baseplane-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const world = new World();
  const { project, owner } = await world.create();
  const token = await issueToken(owner.user, 'bench', world.ports);
  await world.quiet();
  const table = openSqliteTable({ path: join(folder, 'state.db'), clock: systemClock });
  for (const write of world.transactions.flat()) {
    if (write.kind === 'put') await table.write([{ ...write, if: 'any' }]);
  }
  const often = { requests: 1_000_000_000, seconds: 60 };
  const ports = {
    ...world.ports,
    clock: systemClock,
    random: systemRandom,
    log: jsonLog(() => {}, systemClock),
    meter: new CloudMeter(),
    limits: { token: often, address: often },
  };
  const serve = createApp({ ...portsOver(ports, table), organizations: new OrganizationStore(table) });
  return { listener: nodeListener(serve, ports.log), path: `/v1/projects/${project.ref}`, token };
}

/** The same bytes, and nothing else. */
async function bare(): Promise<Server> {
  const app = new Hono();
  const headers = z.record(z.string(), z.string()).parse(JSON.parse(head));
  app.get('/v1/projects/:ref', (c) => c.body(sample, 200, headers));
  const listener = getRequestListener(app.fetch, { autoCleanupIncoming: false });
  return { listener: (request, response) => void listener(request, response), path: '', token: '' };
}

const { listener, path, token } = await (role === 'api' ? api() : bare());
const server = createServer(listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0, path, token });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
