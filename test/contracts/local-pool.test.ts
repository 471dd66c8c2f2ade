import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { newHome } from '../made-once.ts';
import { localPorts, underTest, type LocalPorts } from './local-ports.ts';
import { removeProject } from './project-ports.ts';
import { newSecret, newStack, withServices } from './stack-fixture.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };

const home = newHome();
let drivers: LocalPorts;
afterEach(() => drivers.reset());
afterAll(() => drivers.remove());

async function start(poolSize: number): Promise<void> {
  drivers = await localPorts({ home, pool: { floor: poolSize, ceiling: poolSize } });
  await drivers.start();
  await drivers.pool.fill();
}

const clusters = () => readdirSync(join(drivers.root, 'clusters'));
const lights = () => drivers.supervisor.list().filter(({ spec }) => spec.source === 'light');

describe('the pool of prepared stacks', () => {
  it('gives each to one project, refills, and leaves nothing of any', async () => {
    await start(2);
    const prepared = clusters();
    expect(prepared).toHaveLength(2);
    expect(lights()).toHaveLength(2);

    const stacks = Array.from({ length: 4 }, () => newStack());
    await Promise.all(
      stacks.map(async (stack) => {
        const secret = await drivers.secrets.create(stack, newSecret(stack));
        await drivers.databases.create(stack);
        await drivers.databases.bootstrap(stack, secret);
        await drivers.compute.deploy(stack, secret);
      }),
    );
    expect(clusters()).toEqual(expect.arrayContaining(prepared));
    const sql = `select current_setting('cluster_name') as name`;
    const names = await Promise.all(
      stacks.map(({ ref }) => drivers.databases.query(ref, { sql, readOnly: true })),
    );
    expect(new Set(names.map((name) => JSON.stringify(name))).size).toBe(4);
    expect(lights().length).toBeLessThanOrEqual(6);

    await vi.waitFor(() => expect(drivers.pool.ready).toBe(2), PATIENCE);
    expect(clusters()).toHaveLength(6);
    for (const stack of stacks) {
      await removeProject(() => underTest(drivers), stack);
      expect(await drivers.inventory.list(stack.ref)).toEqual([]);
    }
    expect(clusters()).toHaveLength(2);
    expect(lights()).toHaveLength(2);
  });

  it('hands out no stack whose database has died', async () => {
    await start(1);
    const [dead] = drivers.supervisor.list().filter(({ spec }) => spec.source === 'postgres');
    process.kill(dead?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(dead?.crashes).toBe(1), PATIENCE);
    const stack = newStack();
    await drivers.databases.create(stack);
    expect(await drivers.databases.state(stack)).toBe('available');
    await vi.waitFor(() => expect(drivers.pool.ready).toBe(1), PATIENCE);
    expect(clusters()).toHaveLength(2);
  });

  it('starts a light process for a project whose prepared one has died', async () => {
    await start(1);
    process.kill(lights()[0]?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(lights()[0]?.pid).toBeUndefined(), PATIENCE);
    const stack = newStack();
    const secret = newSecret(stack);
    await drivers.databases.create(stack);
    await drivers.databases.bootstrap(stack, secret);
    await drivers.compute.deploy(stack, secret);
    await vi.waitFor(async () => {
      expect(await drivers.compute.health(stack)).toContainEqual({ name: 'rest', status: 'ACTIVE_HEALTHY' });
    }, PATIENCE);
  });

  it('ends the light process that a project without services has no use for', async () => {
    await start(1);
    const stack = withServices(newStack(), ['db']);
    await drivers.databases.create(stack);
    await drivers.databases.bootstrap(stack, newSecret(stack));
    expect(lights()).toHaveLength(1);
    await drivers.compute.deploy(stack, newSecret(stack));
    expect(lights()).toHaveLength(0);
  });

  it('is not there when it is switched off', async () => {
    await start(0);
    expect(clusters()).toEqual([]);
    expect(drivers.supervisor.list()).toEqual([]);
    await drivers.databases.create(newStack());
    expect(clusters()).toHaveLength(1);
  });
});
