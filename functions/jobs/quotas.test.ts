import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import type { Plan } from '../contract/plans.ts';
import type { Json } from '../core/kernel/json.ts';
import type { Mail } from '../core/kernel/notifier.port.ts';
import { ok } from '../core/kernel/result.ts';
import type { Project } from '../core/project/project.ts';
import { beginTransition } from '../core/project/begin-transition.ts';
import { changePlan } from '../core/usage/change-plan.ts';
import type { Meter } from '../core/usage/meters.ts';
import { noticesOf } from '../core/usage/notices.ts';
import { hourOf, monthOf } from '../core/usage/period.ts';
import { recordUsage } from '../core/usage/record-usage.ts';
import { refusalOf } from '../core/usage/refusal.ts';
import { restrictions } from '../core/usage/restriction.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { quotas } from './quotas.ts';
import { reconcile } from './reconcile.ts';

const GB = 1024 ** 3;
const MB = 1024 ** 2;
const DAY = 24 * 3_600_000;

let world: World;
let project: Project;
let usage: UsageStore;
/** A database that knows how large it and its files are, and whether it may be written. */
let database: { size: number; files: number; readOnly: 'on' | 'off' };
let sent: Mail[];

function answer(sql: string): readonly Record<string, Json>[] {
  if (sql.includes('to_regclass')) return [{ name: 'storage.objects' }];
  if (sql.includes('pg_database_size'))
    return [{ database_bytes: database.size, storage_bytes: `${database.files}` }];
  const wanted = /default_transaction_read_only = (on|off)/.exec(sql)?.[1];
  if (wanted === 'on' || wanted === 'off') database.readOnly = wanted;
  return [{ setting: database.readOnly }];
}

let refusedBy: 'gateway' | 'stack';

const ports = () => ({
  ...world.ports,
  refusedBy,
  usage,
  databases: {
    ...world.ports.databases,
    query: async (_: unknown, { sql }: { readonly sql: string }) => ok(answer(sql)),
  },
  notifier: { send: async (_: string, mail: Mail) => void sent.push(mail) },
});

const on = (plan: Plan) => changePlan(project.organization, plan, world.actor, world.ports);
const use = (meter: Meter, amount: number, writer = 'test') =>
  recordUsage(
    { ref: project.ref, hour: hourOf(world.ports.clock.now()), writer, totals: { [meter]: amount } },
    { usage },
  );
const look = () => quotas(ports());
const restricted = async () =>
  (await restrictions(world.table)).map(({ item, effect }) => `${item}: ${effect}`);

beforeEach(async () => {
  world = new World();
  usage = new UsageStore(world.ports.table);
  const { ref } = (await world.create()).project;
  await world.quiet();
  const found = await world.ports.projects.find(ref);
  if (found === undefined) throw new Error('no project');
  project = found.value;
  database = { size: MB, files: 0, readOnly: 'off' };
  sent = [];
  refusedBy = 'gateway';
  await on('free');
});

describe('a notice', () => {
  it('comes at 80 % and at 100 %, once each, and once again in the next month', async () => {
    await use('egress_bytes_rest', 4 * GB - 1);
    await look();
    expect(sent).toEqual([]);
    await use('egress_bytes_rest', 4 * GB);
    await look();
    await look();
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
      ['owner@example.com', 'My organization has used 80 % of its Egress'],
    ]);
    await use('egress_bytes_rest', 5 * GB);
    await look();
    await look();
    expect(sent.map(({ subject }) => subject)).toEqual([
      'My organization has used 80 % of its Egress',
      'My organization has used 100 % of its Egress',
    ]);
    const month = monthOf(world.ports.clock.now());
    expect((await noticesOf(project.organization, month, world.table)).map(({ percent }) => percent)).toEqual(
      [100, 80],
    );
    world.pass(31 * DAY);
    await use('egress_bytes_rest', 4.5 * GB);
    await look();
    expect(sent).toHaveLength(3);
  });

  it('says on a plan that bills what goes beyond it that it will be billed, and restricts nothing', async () => {
    await on('pro');
    await use('egress_bytes_rest', 300 * GB);
    await look();
    expect(sent[0]?.text).toContain('billed with the month');
    expect(await restricted()).toEqual([]);
  });
});

describe('a project past the limit of a plan that refuses more', () => {
  it('answers no requests, and does again in the next month', async () => {
    await use('egress_bytes_storage', 5 * GB + 1);
    await look();
    const known = await restrictions(world.table, project.ref);
    const asked = { method: 'GET', path: '/rest/v1/t' };
    expect(refusalOf(known, asked)).toContain('Egress (5 GB)');
    expect(refusalOf(known, { ...asked, path: '/' })).toContain('Egress');
    world.pass(31 * DAY);
    await look();
    expect(await restricted()).toEqual([]);
  });

  it('has a read-only database, until that is small enough', async () => {
    database.size = 500 * MB + 1;
    await look();
    expect([database.readOnly, await restricted()]).toEqual(['on', ['disk_size: database_read_only']]);
    await look();
    database.size = 500 * MB;
    await look();
    expect([database.readOnly, await restricted()]).toEqual(['off', []]);
  });

  it('takes no more files, and gives out and deletes those that it has', async () => {
    database.files = GB + 1;
    await look();
    const known = await restrictions(world.table, project.ref);
    const refused = (method: string, path: string) =>
      refusalOf(known, { method, path: `/storage/v1${path}` }) !== undefined;
    expect(
      [
        ['POST', '/object/bucket/a.txt'],
        ['PUT', '/object/bucket/folder/a.txt'],
        ['PUT', '/object/upload/sign/bucket/a.txt'],
        ['POST', '/object/copy'],
        ['POST', '/upload/resumable'],
        ['PATCH', '/upload/resumable/abc'],
        ['PUT', '/s3/bucket/a.txt'],
      ].map(([method = '', path = '']) => refused(method, path)),
    ).toEqual([true, true, true, true, true, true, true]);
    expect(
      [
        ['GET', '/object/bucket/a.txt'],
        ['POST', '/object/list/bucket'],
        ['POST', '/object/sign/bucket/a.txt'],
        ['POST', '/object/move'],
        ['DELETE', '/object/bucket'],
        ['POST', '/bucket'],
      ].map(([method = '', path = '']) => refused(method, path)),
    ).toEqual([false, false, false, false, false, false]);
    database.files = GB;
    await look();
    expect(await restricted()).toEqual([]);
  });

  it('is free again at once with a plan that includes more', async () => {
    database.size = GB;
    await use('function_invocations', 500_001);
    await look();
    expect(await restricted()).toEqual([
      'disk_size: database_read_only',
      'function_invocations: requests_refused',
    ]);
    await on('pro');
    await look();
    expect([database.readOnly, await restricted()]).toEqual(['off', []]);
  });

  it('gets a stack that refuses, where nothing stands before it that does, and another one when it may again', async () => {
    refusedBy = 'stack';
    const deployed = async () => {
      await look();
      await reconcile('tick', world.ports);
      await world.quiet();
      const { ref } = project;
      const generation = (await world.ports.projects.find(ref))?.value.generation;
      return { generation, paths: world.cloud.of(ref).refused };
    };
    expect(await deployed()).toEqual({ generation: 1, paths: [] });
    database.size = GB;
    await use('monthly_active_users', 50_001);
    const refusing = { generation: 2, paths: ['^/(?:auth)(?:/|$)'] };
    expect(await deployed()).toEqual(refusing);
    expect(await deployed()).toEqual(refusing);
    await on('pro');
    expect(await deployed()).toEqual({ generation: 3, paths: [] });
    expect(world.logged).toEqual([]);
  });

  it('refuses what it is to refuse when it comes up again, too', async () => {
    refusedBy = 'stack';
    const { ref } = project;
    await beginTransition(ref, 'pause', world.actor, world.ports);
    await world.quiet();
    await use('egress_bytes_rest', 6 * GB);
    await look();
    await beginTransition(ref, 'restore', world.actor, world.ports);
    await world.quiet();
    expect([await world.statusOf(ref), world.cloud.of(ref).refused]).toEqual(['ACTIVE_HEALTHY', []]);
    // An organization in which nothing runs is not looked at: what it had used up is known as soon as something does.
    await look();
    await reconcile('tick', world.ports);
    await world.quiet();
    expect(world.cloud.of(ref).refused).toEqual(['^/']);
    await beginTransition(ref, 'pause', world.actor, world.ports);
    await world.quiet();
    await look();
    await beginTransition(ref, 'restore', world.actor, world.ports);
    await world.quiet();
    expect(world.cloud.of(ref).refused).toEqual(['^/']);
  });

  it('leaves nothing behind when it is deleted', async () => {
    database.size = GB;
    await look();
    const found = await world.ports.projects.find(project.ref);
    if (found !== undefined) await world.ports.projects.remove(found);
    await look();
    expect(await restricted()).toEqual([]);
  });
});
