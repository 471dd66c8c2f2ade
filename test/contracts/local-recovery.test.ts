import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listProcesses } from '../../functions/drivers/local/process-table.ts';
import { newHome } from '../made-once.ts';
import { localPorts, underTest, type LocalPorts } from './local-ports.ts';
import { readyDatabase, removeProject } from './project-ports.ts';
import { newSecret, newStack } from './stack-fixture.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };

const home = newHome();
let drivers: LocalPorts;
let first: LocalPorts;
beforeEach(async () => {
  first = drivers = await localPorts({ home });
  await drivers.start();
});
afterEach(async () => {
  await first.shutdown();
  await drivers.reset();
});
afterAll(() => drivers.remove());

const ports = () => underTest(drivers);
const ourProcesses = async () =>
  (await listProcesses()).filter(({ command }) => command.includes(drivers.root));

/** Another supervisor over the same state directory, as after the death of the first one. */
async function takeOver(): Promise<void> {
  drivers = await localPorts({ home });
  await drivers.start();
}

async function running() {
  const stack = newStack();
  await readyDatabase(ports, stack);
  const secret = await drivers.secrets.read(stack.ref);
  await drivers.compute.deploy(stack, secret ?? newSecret(stack));
  await drivers.compute.promote(stack);
  return stack;
}

describe('a start after the supervisor has died', () => {
  it('ends what still runs, and brings the project up again with its data', async () => {
    const stack = await running();
    await drivers.databases.query(stack.ref, { sql: 'create table kept as select 1 as id', readOnly: false });
    // As if the first supervisor were dead: it must not start its processes again.
    for (const each of drivers.supervisor.list()) each.keep = false;
    const before = await ourProcesses();
    expect(before.length).toBeGreaterThan(1);

    await takeOver();
    expect(await ourProcesses()).toEqual([]);
    expect(await drivers.databases.state(stack)).toBe('stopped');
    await drivers.databases.start(stack);
    const sql = 'select id from kept';
    expect(await drivers.databases.query(stack.ref, { sql, readOnly: true })).toEqual({
      ok: true,
      value: [{ id: 1 }],
    });
    await drivers.routes.publish(stack);
    expect(drivers.routes.lookup(stack.ref)).toMatch(/light-1\.sock$/);
    await drivers.databases.delete(stack);
  });

  it('clears away what was half made and half deleted, and keeps what is a project’s', async () => {
    const stack = newStack();
    await readyDatabase(ports, stack);
    await drivers.databases.stop(stack);
    const [kept = ''] = readdirSync(join(drivers.root, 'clusters'));
    for (const name of ['orphaned', 'halfmade.tmp', 'halfgone.gone', 'not ours']) {
      mkdirSync(join(drivers.root, 'clusters', name, 'pgdata'), { recursive: true });
    }
    mkdirSync(join(drivers.root, 'cache', 'template-halfmade.tmp'));
    symlinkSync('../clusters/orphaned', join(drivers.root, 'pool', 'orphaned'));

    await takeOver();
    expect(readdirSync(join(drivers.root, 'clusters')).toSorted()).toEqual([kept, 'not ours'].toSorted());
    expect(readdirSync(join(drivers.root, 'pool'))).toEqual([]);
    expect(readdirSync(join(drivers.root, 'cache')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await drivers.databases.start(stack);
    expect(await drivers.databases.state(stack)).toBe('available');
    await drivers.databases.delete(stack);
  });

  it('makes a database that had been marked and not made', async () => {
    const stack = newStack();
    symlinkSync('../clusters/abcdefgh', join(drivers.root, 'projects', stack.ref));
    await takeOver();
    expect(await drivers.databases.state(stack)).toBe('absent');
    expect(await drivers.inventory.refs()).toContain(stack.ref);
    await drivers.databases.create(stack);
    expect(await drivers.databases.state(stack)).toBe('available');
    expect(readdirSync(join(drivers.root, 'clusters'))).toEqual(['abcdefgh']);
    await removeProject(ports, stack);
    expect(await drivers.inventory.list(stack.ref)).toEqual([]);
  });

  it('starts a database whose pid file names a living process of somebody else', async () => {
    const stack = newStack();
    await readyDatabase(ports, stack);
    await drivers.databases.stop(stack);
    const [id = ''] = readdirSync(join(drivers.root, 'clusters'));
    const data = join(drivers.root, 'clusters', id, 'pgdata');
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n0\n5432\n`);
    writeFileSync(join(drivers.root, 'clusters', id, 's', '.s.PGSQL.5432.lock'), `${process.pid}\n`);
    await drivers.databases.start(stack);
    expect(await drivers.databases.state(stack)).toBe('available');
    await drivers.databases.delete(stack);
  });
});

describe('a process that crashes', () => {
  it('is started again: the database with its data, the services with their configuration', async () => {
    const stack = await running();
    await vi.waitFor(async () => {
      expect(await drivers.compute.health(stack)).toContainEqual({ name: 'rest', status: 'ACTIVE_HEALTHY' });
    }, PATIENCE);
    const pids = drivers.supervisor.list().map(({ pid }) => pid ?? 0);
    expect(pids).toHaveLength(2);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await vi.waitFor(
      () => expect(drivers.supervisor.list().map(({ crashes }) => crashes > 0)).toEqual([true, true]),
      PATIENCE,
    );
    await vi.waitFor(async () => {
      expect(await drivers.databases.state(stack)).toBe('available');
      expect(await drivers.compute.health(stack)).toContainEqual({ name: 'rest', status: 'ACTIVE_HEALTHY' });
    }, PATIENCE);
    expect(drivers.logged.join('\n')).toContain('a process crashed and is started again');
    await removeProject(ports, stack);
  });

  it('and never comes up again is reported with its reason', async () => {
    const stack = newStack();
    await readyDatabase(ports, stack);
    await drivers.databases.stop(stack);
    const [id = ''] = readdirSync(join(drivers.root, 'clusters'));
    writeFileSync(
      join(drivers.root, 'clusters', id, 'pgdata', 'postgresql.auto.conf'),
      'shared_buffers = nonsense\n',
    );
    await expect(drivers.databases.start(stack)).rejects.toMatchObject({
      name: 'PortError',
      message: expect.stringContaining('Postgres does not start'),
      suggestion: expect.stringContaining('logs'),
    });
    expect(await drivers.databases.state(stack)).toBe('stopped');
    await removeProject(ports, stack);
    expect(await drivers.inventory.list(stack.ref)).toEqual([]);
  });
});

describe('an order to shut down', () => {
  it('ends everything, twice if need be', async () => {
    await running();
    await Promise.all([drivers.shutdown(), drivers.shutdown()]);
    expect(await ourProcesses()).toEqual([]);
    expect(drivers.logged.filter((line) => line.includes('killed'))).toEqual([]);
  });
});

describe('a state directory', () => {
  it('whose path is long and has spaces holds projects all the same', async () => {
    const home = join(newHome(), 'a folder with spaces'.repeat(5), 'and more');
    const deep = await localPorts({ home });
    await deep.start();
    const stack = newStack();
    await readyDatabase(() => underTest(deep), stack);
    const [id = ''] = readdirSync(join(deep.root, 'clusters'));
    expect(existsSync(join(deep.root, 'clusters', id, 's'))).toBe(false);
    await removeProject(() => underTest(deep), stack);
    expect(await deep.inventory.list(stack.ref)).toEqual([]);
    await deep.remove();
    rmSync(join(home, '..', '..'), { recursive: true });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'gives each cluster a user of its own, who can enter no other',
    async () => {
      const [one, other] = [newStack(), newStack()];
      await readyDatabase(ports, one);
      await readyDatabase(ports, other);
      const folders = readdirSync(join(drivers.root, 'clusters')).map((id) =>
        join(drivers.root, 'clusters', id),
      );
      const owners = folders.map((folder) => statSync(join(folder, 'pgdata')).uid);
      expect(new Set(owners).size).toBe(2);
      for (const uid of owners) expect(uid).toBeGreaterThanOrEqual(30_000);
      for (const folder of folders) {
        expect([folder, join(folder, 'logs')].map((path) => statSync(path).uid)).toEqual([0, 0]);
        expect(
          ['pgdata', 's', 'outbox', 'logs'].map((name) => statSync(join(folder, name)).mode & 0o777),
        ).toEqual([0o700, 0o700, 0o700, 0o700]);
      }
      await removeProject(ports, one);
      await removeProject(ports, other);
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    'that others cannot pass through has its clusters elsewhere',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'bp-closed-'));
      chmodSync(home, 0o700);
      const elsewhere = mkdtempSync(join(tmpdir(), 'bp-elsewhere-'));
      chmodSync(elsewhere, 0o711);
      const closed = await localPorts({ home, elsewhere });
      await closed.start();
      expect(closed.root.startsWith(elsewhere)).toBe(true);
      const stack = newStack();
      await readyDatabase(() => underTest(closed), stack);
      await closed.remove();
      const next = await localPorts({ elsewhere });
      expect(readdirSync(elsewhere)).toEqual([]);
      await next.remove();
      rmSync(elsewhere, { recursive: true });
    },
  );
});
