import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type OrganizationSlug, projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { PortError } from '../../functions/core/kernel/errors.ts';
import { ok } from '../../functions/core/kernel/result.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { People, type Person } from './people.ts';

const branchSchema = z.object({ id: z.string(), name: z.string(), project_ref: projectRefSchema });
const refsSchema = z.array(z.object({ ref: z.string() }));
const listedSchema = z.object({ projects: z.array(z.object({ ref: z.string(), is_branch: z.boolean() })) });

let people: People;
let owner: Person;
let developer: Person;
let reader: Person;
let slug: OrganizationSlug;
let ref: string;

beforeEach(async () => {
  people = new People();
  people.world.cloud.answer = async () => ok([]);
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner);
  ({ developer, read_only: reader } = await people.staff(slug));
  const body = { name: 'app', organization_slug: slug };
  const created = await people.call(owner.token, 'POST', '/v1/projects', { body });
  ({ ref } = z.object({ ref: z.string() }).parse(created.body));
  await people.world.quiet();
});

const ask = (person: Person, method: string, path: string, body?: object) =>
  people.call(person.token, method, path, body === undefined ? {} : { body });

const create = (person: Person, body: object) => ask(person, 'POST', `/v1/projects/${ref}/branches`, body);

async function made(name: string) {
  const answer = await create(developer, { branch_name: name });
  expect(answer.status, answer.text).toBe(201);
  await people.world.quiet();
  return branchSchema.parse(answer.body);
}

const names = async () => {
  const { body } = await ask(reader, 'GET', `/v1/projects/${ref}/branches`);
  return z
    .array(branchSchema)
    .parse(body)
    .map(({ name }) => name);
};

describe('a branch', () => {
  it('is a project that is told from others', async () => {
    expect(await names()).toEqual([]);
    const { project_ref: branch, id } = await made('dev');
    expect(await names()).toEqual(['main', 'dev']);
    const projects = refsSchema.parse((await ask(owner, 'GET', '/v1/projects')).body);
    expect(projects).toEqual([{ ref }]);
    const all = await ask(owner, 'GET', `/v1/organizations/${slug}/projects?sort=created_asc`);
    expect(listedSchema.parse(all.body).projects).toEqual([
      { ref, is_branch: false },
      { ref: branch, is_branch: true },
    ]);
    const byId = await ask(reader, 'GET', `/v1/branches/${id}`);
    expect(byId.body).toMatchObject({ ref: branch, status: 'ACTIVE_HEALTHY' });
  });

  it('says its password to those who may change it, and to no other', async () => {
    const { project_ref: branch } = await made('dev');
    const password = people.world.cloud.projects.get(branch)?.secret?.db_password;
    const shown = await ask(developer, 'GET', `/v1/branches/${branch}`);
    expect(shown.body).toMatchObject({ db_pass: password });
    expect((await ask(reader, 'GET', `/v1/branches/${branch}`)).body).not.toHaveProperty('db_pass');
  });

  it('has a name of its own among the branches of its project', async () => {
    await made('dev');
    await made('app');
    for (const branch_name of ['dev', 'DEV', 'main'])
      expect(await create(developer, { branch_name })).toMatchObject({ status: 409 });
    const { id } = await made('other');
    const renamed = await ask(developer, 'PATCH', `/v1/branches/${id}`, { branch_name: 'dev' });
    expect(renamed).toMatchObject({ status: 409, body: { field: 'body.branch_name' } });
  });

  it('is told of what it cannot have', async () => {
    for (const more of [{ secrets: { A: 'b' } }, { notify_url: 'https://a.test' }])
      expect(await create(developer, { branch_name: 'dev', ...more })).toMatchObject({ status: 501 });
    expect(await names()).toEqual([]);
  });

  it('begins with what its project holds where that is asked for, and again after a reset', async () => {
    const { project_ref: plain } = await made('plain');
    const { cloud } = people.world;
    expect(cloud.projects.get(plain)?.database).not.toHaveProperty('copyOf');
    const body = { branch_name: 'full', with_data: true };
    expect(await create(developer, body)).toMatchObject({ status: 201, body: { with_data: true } });
    await people.world.quiet();
    const shown = await ask(reader, 'GET', `/v1/projects/${ref}/branches/full`);
    expect(shown.body).toMatchObject({ with_data: true, status: 'MIGRATIONS_PASSED' });
    const { project_ref: full } = branchSchema.parse(shown.body);
    const copyOf = () => [cloud.projects.get(full)?.database?.copyOf, cloud.projects.get(full)?.filesOf];
    expect(copyOf()).toEqual([ref, ref]);
    const keys = cloud.projects.get(full)?.secret;
    expect(keys?.jwt_secret).not.toBe(cloud.projects.get(projectRefSchema.parse(ref))?.secret?.jwt_secret);
    const path = `/v1/branches/${full}/reset`;
    expect(await ask(developer, 'POST', path, { migration_version: '1' })).toMatchObject({
      status: 501,
      body: { field: 'body.migration_version' },
    });
    const database = cloud.of(full).database;
    expect((await ask(developer, 'POST', path, {})).status).toBe(201);
    await people.world.quiet();
    expect(cloud.of(full).database).not.toBe(database);
    expect(copyOf()).toEqual([ref, ref]);
    expect(cloud.of(full).secret).toEqual(keys);
  });

  it('has no data where its project shares a cluster, and nothing is made', async () => {
    const { ports } = people.world;
    ports.backups.refusal = async () => 'The cluster is shared.';
    const answer = await create(developer, { branch_name: 'full', with_data: true });
    expect(answer).toMatchObject({ status: 501, body: { field: 'body.with_data' } });
    expect(answer.text).toContain('The cluster is shared.');
    expect(await names()).toEqual([]);
  });

  it('has no branches, and is changed in the project by administrators alone', async () => {
    const { project_ref: branch } = await made('dev');
    const path = `/v1/projects/${branch}/branches`;
    expect((await ask(owner, 'POST', path, { branch_name: 'leaf' })).status).toBe(409);
    expect((await ask(developer, 'POST', `/v1/branches/${branch}/merge`, {})).status).toBe(403);
    expect((await ask(reader, 'POST', `/v1/branches/${branch}/push`, {})).status).toBe(403);
  });

  it('is not the project itself, nor a project without branches', async () => {
    expect((await ask(owner, 'GET', `/v1/branches/${ref}`)).status).toBe(404);
    await made('dev');
    expect((await ask(owner, 'GET', `/v1/branches/${ref}`)).status).toBe(200);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/reset'],
      ['POST', '/push'],
    ] as const)
      expect((await ask(owner, method, `/v1/branches/${ref}${path}`, {})).status).toBe(409);
  });

  it('is deleted after an hour, in which that can be taken back', async () => {
    const { project_ref: branch } = await made('dev');
    const path = `/v1/branches/${branch}`;
    const shown = async () => (await ask(reader, 'GET', `/v1/projects/${ref}/branches/dev`)).body;
    const tick = async () => {
      await reconcile('tick', people.world.ports);
      await people.world.quiet();
    };
    expect((await ask(developer, 'POST', `${path}/restore`)).status).toBe(409);
    await ask(developer, 'DELETE', `${path}?force=false`);
    expect(await shown()).toMatchObject({ deletion_scheduled_at: expect.stringMatching(/T01:00:00/) });
    expect((await ask(developer, 'POST', `${path}/restore`)).body).toEqual({
      message: 'Branch restoration initiated',
    });
    expect(await shown()).not.toHaveProperty('deletion_scheduled_at');
    people.world.pass(3600_000);
    await tick();
    expect(await names()).toEqual(['main', 'dev']);
    await ask(developer, 'DELETE', `${path}?force=false`);
    people.world.pass(3500_000);
    await tick();
    expect(await names()).toEqual(['main', 'dev']);
    people.world.pass(200_000);
    await tick();
    expect(await names()).toEqual(['main']);
  });

  it('comes up after a reset in which the control plane died', async () => {
    const { project_ref: branch } = await made('dev');
    const { ports, cloud } = people.world;
    expect((await ask(developer, 'POST', `/v1/branches/${branch}/reset`, {})).status).toBe(201);
    people.world.crash();
    await reconcile('start', ports);
    await people.world.quiet();
    expect((await ask(owner, 'GET', `/v1/projects/${branch}`)).body).toMatchObject({
      status: 'ACTIVE_HEALTHY',
    });
    expect(cloud.projects.get(branch)?.database?.state).toBe('available');
  });
});

const runSchema = z.object({
  id: z.string(),
  run_steps: z.array(z.object({ name: z.string(), status: z.string() })),
});

describe('what is done for a branch', () => {
  const runs = async (of: string) =>
    z.array(runSchema).parse((await ask(reader, 'GET', `/v1/projects/${of}/actions`)).body);

  const begin = async (branch: string, what: string) => {
    const answer = await ask(owner, 'POST', `/v1/branches/${branch}/${what}`, {});
    expect(answer.status, answer.text).toBe(201);
    return z.object({ workflow_run_id: z.string() }).parse(answer.body).workflow_run_id;
  };

  it('is listed for it and for its project, the newest first, and told step by step', async () => {
    const { project_ref: branch, id } = await made('dev');
    await made('other');
    const run = await begin(branch, 'push');
    await people.world.quiet();
    const [push, creation] = await runs(branch);
    expect(push).toMatchObject({
      id: run,
      run_steps: [
        { name: 'migrate', status: 'EXITED' },
        { name: 'deploy', status: 'EXITED' },
      ],
    });
    expect(creation?.run_steps.map(({ name }) => name)).toContain('clone');
    expect(await runs(ref)).toHaveLength(3);
    const one = await ask(reader, 'GET', `/v1/projects/${ref}/actions/${run}`);
    expect(one.body).toMatchObject({ id: run, branch_id: id });
    const log = await ask(reader, 'GET', `/v1/projects/${branch}/actions/${run}/logs`);
    expect(log.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(log.text).toContain('done    Apply the migrations that are missing');
  });

  it('is counted, and listed by pages', async () => {
    const { project_ref: branch } = await made('dev');
    for (const what of ['push', 'merge']) {
      await begin(branch, what);
      await people.world.quiet();
    }
    const counted = await ask(reader, 'HEAD', `/v1/projects/${branch}/actions`);
    expect(counted).toMatchObject({ status: 200, text: '' });
    expect(counted.headers.get('x-total-count')).toBe('3');
    const paged = await ask(reader, 'GET', `/v1/projects/${branch}/actions?offset=1&limit=1`);
    expect(paged.body).toMatchObject([{ id: (await runs(branch))[1]?.id }]);
  });

  it('says why it failed, and the branch does, too', async () => {
    const { project_ref: branch } = await made('dev');
    people.world.cloud.answer = () => {
      throw new PortError('The disk is full.');
    };
    const run = await begin(branch, 'merge');
    await people.world.quiet();
    const [failed] = await runs(branch);
    expect(failed).toMatchObject({ id: run, run_steps: [{ name: 'migrate', status: 'DEAD' }] });
    const log = await ask(reader, 'GET', `/v1/projects/${branch}/actions/${run}/logs`);
    expect(log.text).toContain('(The disk is full.)');
    const { body } = await ask(reader, 'GET', `/v1/projects/${ref}/branches/dev`);
    expect(body).toMatchObject({ status: 'MIGRATIONS_FAILED', failure: 'The disk is full.' });
  });

  it('is done once at a time, and goes on after the control plane has died', async () => {
    const { project_ref: branch } = await made('dev');
    const run = await begin(branch, 'push');
    expect((await ask(owner, 'POST', `/v1/branches/${branch}/merge`, {})).status).toBe(409);
    people.world.crash();
    await reconcile('start', people.world.ports);
    await people.world.quiet();
    expect((await runs(branch))[0]).toMatchObject({ id: run, run_steps: [{ status: 'EXITED' }, {}] });
    await begin(branch, 'merge');
    await people.world.quiet();
  });

  it('is nothing of others', async () => {
    const { project_ref: branch } = await made('dev');
    const [run] = await runs(branch);
    const body = { name: 'second', organization_slug: slug };
    const second = z.object({ ref: z.string() }).parse((await ask(owner, 'POST', '/v1/projects', body)).body);
    expect((await ask(owner, 'GET', `/v1/projects/${second.ref}/actions/${run?.id}`)).status).toBe(404);
    expect(await runs(second.ref)).toEqual([]);
    await people.world.quiet();
  });
});

describe('a project with branches', () => {
  it('is deleted after them', async () => {
    await made('one');
    await made('two');
    expect((await ask(owner, 'DELETE', `/v1/projects/${ref}`)).status).toBe(409);
    expect((await ask(developer, 'DELETE', `/v1/projects/${ref}/branches`)).status).toBe(403);
    expect((await ask(owner, 'DELETE', `/v1/projects/${ref}/branches`)).status).toBe(200);
    await people.world.quiet();
    expect(await names()).toEqual([]);
    expect((await ask(owner, 'DELETE', `/v1/projects/${ref}`)).status).toBe(200);
    await people.world.quiet();
    expect(await people.world.ports.inventory.refs()).toEqual([]);
    expect(await people.ports.projects.ofOrganization(slug)).toEqual([]);
  });
});
