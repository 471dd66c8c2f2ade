import { beforeEach, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import type { Json } from '../core/kernel/json.ts';
import { ok } from '../core/kernel/result.ts';
import { storedActivity } from '../core/project/activity.ts';
import type { Project } from '../core/project/project.ts';
import { entriesOf } from '../core/usage/meters.ts';
import { monthOf } from '../core/usage/period.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { meter } from './meter.ts';

let world: World;
let project: Project;
let usage: UsageStore;
let sessions: number;

beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
  usage = new UsageStore(world.ports.table);
  sessions = 0;
});

function page(connections: number, status = 200): void {
  const body = [
    'process_start_time_seconds 1767225600',
    'light_realtime_messages_received_total 7',
    `light_realtime_connections ${connections}`,
  ].join('\n');
  world.services.answers.set('/metrics', { status, body });
}

async function run(): Promise<void> {
  world.pass(300_000);
  const row: Record<string, Json> = { database_bytes: 9_000_000, realtime_sessions: `${sessions}` };
  const query = async (_: unknown, { sql }: { readonly sql: string }) =>
    ok(sql.includes('to_regclass') ? [] : [row]);
  await meter({
    ...world.ports,
    usage,
    clusterMetrics: null,
    databases: { ...world.ports.databases, query },
  });
}

const totals = async () =>
  Object.fromEntries(entriesOf((await usage.month(project.ref, monthOf(world.ports.clock.now()))).totals));
const uses = () => storedActivity(project.ref, world.table);
const asked = () => world.services.asked.filter(({ path }) => path === '/metrics');

async function of(template: string): Promise<void> {
  const read = await world.ports.projects.find(project.ref);
  if (read !== undefined) await world.ports.projects.update(read, { ...read.value, template });
}

it('counts what the runtime has counted, and how large the database is, once', async () => {
  page(0);
  await run();
  await run();
  expect(await totals()).toEqual({ realtime_messages: 7, database_bytes: 9_000_000 });
  expect(await uses()).toEqual({});
  expect(world.logged).toEqual([]);
});

it('takes a WebSocket that is open for a use of now, again and again', async () => {
  page(2);
  await run();
  const first = (await uses()).realtime ?? '';
  await run();
  const second = (await uses()).realtime ?? '';
  expect(first).not.toBe('');
  expect(Date.parse(second) - Date.parse(first)).toBeGreaterThanOrEqual(300_000);
});

it('asks Supabase’s own containers for no page, and sees by their sessions that Realtime is in use', async () => {
  await of('full');
  await run();
  expect(await uses()).toEqual({});
  world.pass(3_600_000);
  sessions = 5;
  await run();
  expect(Object.keys(await uses())).toEqual(['realtime']);
  expect(asked()).toEqual([]);
  expect(world.logged).toEqual([]);
});

it('says that a page could not be read, and measures the rest', async () => {
  page(0, 500);
  await run();
  expect(world.logged).toEqual([expect.stringContaining('the counters')]);
  expect(await totals()).toEqual({ database_bytes: 9_000_000 });
});
