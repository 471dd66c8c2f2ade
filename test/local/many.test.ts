import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud } from './cloud.ts';
import { memoryOf, processesOf } from './machine.ts';

let cloud: Cloud;
beforeAll(async () => {
  // Twenty are asked for at every moment until they are up, which takes as long as the machine takes.
  cloud = await Cloud.start({ BASEPLANE_RATE_LIMIT: '100000', BASEPLANE_POOL: '2-4' });
});
afterAll(() => cloud.destroy());

const COUNT = 20;

it(
  `${COUNT} projects created at once all come up, each with a database and keys of its own`,
  { timeout: 240_000 },
  async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `project ${index} of ${Date.now()}`);
    const created = await Promise.all(names.map((name) => cloud.create(name)));
    // One after the other, for each is given its own time, and a few are made at once.
    for (const { ref } of created) await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect(new Set(created.map(({ ref }) => ref)).size).toBe(COUNT);

    await Promise.all(
      created.map(({ ref }) => cloud.sql(ref, `create table me as select '${ref}'::text as ref`)),
    );
    const seen = await Promise.all(
      created.map(
        async ({ ref }) =>
          (
            await cloud
              .client(ref, (await cloud.keys(ref)).serviceRole)
              .from('me')
              .select()
          ).data,
      ),
    );
    expect(seen).toEqual(created.map(({ ref }) => [{ ref }]));
    const keys = await Promise.all(created.map(async ({ ref }) => Object.values(await cloud.keys(ref))));
    expect(new Set(keys.flat()).size).toBe(COUNT * 4);
  },
);

it('an idle project stays under 150 MB with its Postgres, the control plane under 200 MB', async () => {
  const processes = processesOf(cloud.home).filter(({ pid }) => pid !== cloud.pid);
  const roots = processes.filter(({ args }) => /postgres.* -D|light\/main\.ts/.test(args));
  const all = roots.reduce((sum, { pid }) => sum + memoryOf(pid), 0);
  const stacks = roots.filter(({ args }) => args.includes('light/main.ts')).length;
  expect(stacks).toBeGreaterThanOrEqual(COUNT);
  expect(all / stacks).toBeLessThan(150);
  expect(all / stacks).toBeGreaterThan(20);
  const control = memoryOf(cloud.pid) - all;
  expect(control).toBeLessThan(200);
  expect(control).toBeGreaterThan(50);
});

it('one name can be taken only once, however many ask at once', async () => {
  const name = `the one of ${Date.now()}`;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => cloud.call('POST', '/v1/projects', { name })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array.from({ length: 7 }, () => 409),
  ]);
});
