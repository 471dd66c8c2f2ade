import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type OrganizationSlug, userIdSchema } from '../../functions/core/kernel/ids.ts';
import { membershipItem, putNew } from '../../functions/core/organization/organization-store.ts';
import { type Person, People } from './people.ts';

let people: People;
let owner: Person;
let slug: OrganizationSlug;

beforeEach(async () => {
  people = new People();
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner);
});

const create = (name: string) =>
  people.call(owner.token, 'POST', '/v1/projects', { body: { name, organization_slug: slug } });

describe('an organization', () => {
  it('is seen by its maker at once, renamed by an owner alone', async () => {
    expect((await people.call(owner.token, 'GET', '/v1/organizations')).body).toEqual([
      { id: slug, slug, name: 'Acme' },
    ]);
    const administrator = await people.member(slug, 'administrator');
    const rename = (token: string) =>
      people.call(token, 'PATCH', `/platform/organizations/${slug}`, { body: { name: 'Renamed' } });
    expect((await rename(administrator.token)).status).toBe(403);
    expect((await rename(owner.token)).body).toEqual({ id: slug, slug, name: 'Renamed' });
  });

  it('is deleted when it has no projects left, with everything but its audit events', async () => {
    await create('app');
    await people.world.quiet();
    const remove = () => people.call(owner.token, 'DELETE', `/platform/organizations/${slug}`);
    expect((await remove()).status).toBe(409);
    const [project] = await people.ports.projects.ofOrganization(slug);
    await people.call(owner.token, 'DELETE', `/v1/projects/${project?.ref}`);
    await people.world.quiet();
    expect((await remove()).status).toBe(200);
    expect((await people.call(owner.token, 'GET', `/v1/organizations/${slug}`)).status).toBe(404);
    expect((await people.call(owner.token, 'GET', '/v1/organizations')).body).toEqual([]);
    expect(await people.audited(slug)).toContain('organization.delete');
    expect((await create('another')).status).toBe(404);
  });

  it('that is deleted while a project is created keeps either, never the project alone', async () => {
    for (let round = 0; round < 10; round += 1) {
      slug = await people.organization(owner);
      const [created, removed] = await Promise.all([
        create('app'),
        people.call(owner.token, 'DELETE', `/platform/organizations/${slug}`),
      ]);
      expect([created.status === 201, removed.status === 200].filter(Boolean)).toHaveLength(1);
    }
  });

  it('takes no project by a membership that has outlived it', async () => {
    await people.call(owner.token, 'DELETE', `/platform/organizations/${slug}`);
    const member = { organization: slug, user: userIdSchema.parse(owner.id), role: 'owner' as const };
    await people.ports.organizations.write([putNew(membershipItem(member))]);
    expect((await create('late')).status).toBe(404);
  });

  it('lists its projects by page, order, words and status', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await create(name);
    await people.world.quiet();
    const list = async (query: string) => {
      const { body } = await people.call(owner.token, 'GET', `/v1/organizations/${slug}/projects${query}`);
      const page = z.object({
        projects: z.array(z.object({ name: z.string() })),
        pagination: z.object({ count: z.number(), limit: z.number(), offset: z.number() }),
      });
      const { projects, pagination } = page.parse(body);
      return { names: projects.map(({ name }) => name), ...pagination };
    };
    expect(await list('')).toEqual({ names: ['Alpha', 'beta', 'gamma'], count: 3, limit: 100, offset: 0 });
    expect((await list('?sort=name_desc')).names).toEqual(['gamma', 'beta', 'Alpha']);
    expect((await list('?sort=created_asc')).names).toEqual(['beta', 'Alpha', 'gamma']);
    expect(await list('?offset=1&limit=1')).toEqual({ names: ['beta'], count: 3, limit: 1, offset: 1 });
    expect((await list('?search=ALP')).names).toEqual(['Alpha']);
    expect((await list('?statuses=INACTIVE')).names).toEqual([]);
    expect((await list('?statuses=INACTIVE,ACTIVE_HEALTHY')).names).toHaveLength(3);
    const bad = await people.call(owner.token, 'GET', `/v1/organizations/${slug}/projects?limit=101`);
    expect(bad).toMatchObject({ status: 400, body: { field: 'query.limit' } });
  });

  it('tells what its plan allows', async () => {
    const free = await people.organization(owner, 'Free', 'free');
    const { body } = await people.call(owner.token, 'GET', `/v1/organizations/${free}/entitlements`);
    expect(body).toMatchObject({
      entitlements: expect.arrayContaining([
        {
          feature: { key: 'custom_domain', type: 'boolean' },
          hasAccess: false,
          type: 'boolean',
          config: { enabled: false },
        },
        {
          feature: { key: 'function.max_count', type: 'numeric' },
          hasAccess: true,
          type: 'numeric',
          config: { enabled: true, value: 100, unlimited: false, unit: '' },
        },
      ]),
    });
  });
});

describe('the audit log', () => {
  interface Page {
    readonly actions: readonly string[];
    readonly cursor: string | null;
  }

  async function read(query: string): Promise<Page> {
    const { body } = await people.call(owner.token, 'GET', `/platform/organizations/${slug}/audit${query}`);
    const page = z.object({
      events: z.array(z.object({ action: z.string() })),
      cursor: z.string().nullable(),
    });
    const { events, cursor } = page.parse(body);
    return { actions: events.map(({ action }) => action), cursor };
  }

  async function rename(name: string, token = owner.token): Promise<string> {
    people.world.pass(1000);
    await people.call(token, 'PATCH', `/platform/organizations/${slug}`, { body: { name } });
    return people.ports.clock.now().toISOString();
  }

  it('tells the newest first, by page', async () => {
    for (const name of ['b', 'c', 'd']) await rename(name);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await read(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.actions);
      cursor = page.cursor;
    }
    const renamed = 'organization.rename';
    expect(seen).toEqual([renamed, renamed, renamed, 'organization.create']);
    const bad = await people.call(owner.token, 'GET', `/platform/organizations/${slug}/audit?cursor=x`);
    expect(bad).toMatchObject({ status: 400, body: { field: 'query.cursor' } });
  });

  it('is filtered by action, by who did it and by when', async () => {
    const other = await people.member(slug, 'owner');
    const first = await rename('b');
    const second = await rename('c', other.token);
    expect((await read('?action=organization.create')).actions).toEqual(['organization.create']);
    expect((await read(`?actor=${other.id}`)).actions).toEqual(['organization.rename']);
    expect((await read(`?actor=${encodeURIComponent(other.email)}`)).actions).toHaveLength(1);
    expect((await read(`?from=${first}&to=${second}`)).actions).toHaveLength(1);
    expect((await read(`?to=${first}`)).actions).toEqual(['organization.rename', 'organization.create']);
  });

  it('tells the token that was used, and where from', async () => {
    await rename('b');
    const { body } = await people.call(owner.token, 'GET', `/platform/organizations/${slug}/audit?limit=1`);
    expect(body).toMatchObject({
      events: [{ actor: { email: owner.email, ip: '203.0.113.77', token: expect.any(String) } }],
    });
  });
});
