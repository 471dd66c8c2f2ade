import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type OrganizationSlug, projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { PLAN_LIMITS } from '../../functions/core/organization/plans.ts';
import { changePlan } from '../../functions/core/usage/change-plan.ts';
import { modelTable } from '../contracts/table-model.ts';
import { World } from '../faults/world.ts';
import { People, type Person } from './people.ts';

/** On the driver of the local cloud, and on the plainest reading of the port. */
describe.each([
  ['SQLite', () => new World()],
  ['the model', () => new World(modelTable())],
])('the projects of a free organization, over %s', (_, makeWorld) => {
  let people: People;
  let owner: Person;
  let slug: OrganizationSlug;

  beforeEach(async () => {
    people = new People({}, makeWorld());
    owner = await people.person('owner@example.com');
    slug = await people.organization(owner, 'Acme', 'free');
  });

  const create = (name: string) =>
    people.call(owner.token, 'POST', '/v1/projects', { body: { name, organization_slug: slug } });
  const quiet = () => people.world.quiet();
  const refOf = (body: unknown) => z.object({ ref: z.string() }).parse(body).ref;
  const statusesOf = (answers: readonly { readonly status: number }[]) =>
    answers.map(({ status }) => status).toSorted((one, other) => one - other);

  it('are two at most, however many are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_each, at) => create(`app-${at}`)));
    expect(statusesOf(answers)).toEqual([201, 201, ...Array.from({ length: 10 }, () => 402)]);
    expect(answers.find(({ status }) => status === 402)?.body).toMatchObject({
      code: 'quota_exceeded',
      message: 'The plan "free" includes 2 active projects: the organization has them.',
    });
    expect(await people.ports.projects.ofOrganization(slug)).toHaveLength(2);
  });

  it('do not count while they are paused, and come back only where there is room', async () => {
    const paused = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      const ref = refOf((await create(name)).body);
      await quiet();
      await people.call(owner.token, 'POST', `/v1/projects/${ref}/pause`);
      await quiet();
      paused.push(ref);
    }
    const restored = await Promise.all(
      paused.map((ref) => people.call(owner.token, 'POST', `/v1/projects/${ref}/restore`)),
    );
    expect(statusesOf(restored)).toEqual([200, 200, 402, 402]);
    expect((await create('five')).status).toBe(402);
    await quiet();
    await changePlan(slug, 'pro', people.world.actor, people.ports);
    expect((await create('five')).status).toBe(201);
    await quiet();
  });

  it('have as many branches as the plan says, however many are asked for at once', async () => {
    const ref = refOf((await create('app')).body);
    await quiet();
    const branch = (name: string) =>
      people.call(owner.token, 'POST', `/v1/projects/${ref}/branches`, { body: { branch_name: name } });
    expect(await branch('none')).toMatchObject({ status: 402, body: { code: 'quota_exceeded' } });
    await changePlan(slug, 'pro', people.world.actor, people.ports);
    const most = PLAN_LIMITS.pro.branches ?? 0;
    expect(most).toBeGreaterThan(1);
    const existing = Array.from({ length: most - 1 }, (_each, at) => `early-${at}`);
    for (const name of existing) expect((await branch(name)).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 6 }, (_each, at) => branch(`late-${at}`)));
    expect(statusesOf(answers)).toEqual([201, 402, 402, 402, 402, 402]);
    const project = (await people.ports.projects.find(projectRefSchema.parse(ref)))?.value;
    if (project === undefined) throw new Error('the project is gone');
    expect(await people.ports.projects.branchesOf(project)).toHaveLength(most);
    await quiet();
  });

  it('have a cluster of their own where the plan has them', async () => {
    const dedicated = (name: string) =>
      people.call(owner.token, 'POST', '/v1/projects', {
        body: { name, organization_slug: slug, database_tier: 'dedicated' },
      });
    expect(await dedicated('app')).toMatchObject({
      status: 402,
      body: {
        code: 'quota_exceeded',
        message: 'The plan "free" includes no database with a cluster of its own.',
      },
    });
    expect(await people.ports.projects.ofOrganization(slug)).toEqual([]);
    expect(await create('shared')).toMatchObject({ status: 201, body: { database_tier: 'pooled' } });
    await changePlan(slug, 'pro', people.world.actor, people.ports);
    expect(await dedicated('app')).toMatchObject({ status: 201, body: { database_tier: 'dedicated' } });
    await quiet();
  });
  it('are of no size that their template cannot have', async () => {
    await changePlan(slug, 'pro', people.world.actor, people.ports);
    const sized = (size: string) =>
      people.call(owner.token, 'POST', '/v1/projects', {
        body: { name: size, organization_slug: slug, desired_instance_size: size },
      });
    expect(await sized('16xlarge')).toMatchObject({
      status: 400,
      body: {
        field: 'body.desired_instance_size',
        suggestion: 'It can be one of: nano, micro, small, medium, large.',
      },
    });
    expect((await sized('large')).status).toBe(201);
    await quiet();
  });
});
