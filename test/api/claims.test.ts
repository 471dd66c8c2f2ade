import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { People, type Person } from './people.ts';

let people: People;
let seller: Person;
let buyer: Person;
let from: OrganizationSlug;
let to: OrganizationSlug;
let ref: string;
let token: string;

const claim = z.object({ token: z.string(), token_alias: z.string(), expires_at: z.string() });
const create = (person: Person, name: string, organization_slug: string) =>
  people.call(person.token, 'POST', '/v1/projects', { body: { name, organization_slug } });
const makeToken = async () =>
  claim.parse((await people.call(seller.token, 'POST', `/v1/projects/${ref}/claim-token`)).body);
const take = (person = buyer, by = token, slug: string = to) =>
  people.call(person.token, 'POST', `/v1/organizations/${slug}/project-claim/${by}`);
const look = (by = token) => people.call(buyer.token, 'GET', `/v1/organizations/${to}/project-claim/${by}`);
const projectSeenBy = ({ token: bearer }: Person) => people.call(bearer, 'GET', `/v1/projects/${ref}`);

beforeEach(async () => {
  people = new People();
  seller = await people.person('seller@example.com');
  buyer = await people.person('buyer@example.com');
  from = await people.organization(seller, 'From');
  to = await people.organization(buyer, 'To');
  ref = z.object({ ref: z.string() }).parse((await create(seller, 'shop', from)).body).ref;
  await people.world.quiet();
  token = (await makeToken()).token;
});

it('hands a project over to whoever owns an organization and has the token, once', async () => {
  expect((await look()).body).toMatchObject({
    project: { ref, name: 'shop' },
    preview: { valid: true, errors: [], source_subscription_plan: 'pro', target_subscription_plan: 'pro' },
    created_by: seller.id,
  });
  expect((await projectSeenBy(buyer)).status).toBe(404);
  expect((await take()).status).toBe(204);
  expect((await projectSeenBy(seller)).status).toBe(404);
  expect((await projectSeenBy(buyer)).body).toMatchObject({
    organization_slug: to,
    status: 'ACTIVE_HEALTHY',
  });
  expect((await take()).status).toBe(404);
  for (const slug of [from, to]) expect(await people.audited(slug)).toContain('project.claim');
});

it('frees the name in the one organization and takes it in the other', async () => {
  await take();
  expect((await create(seller, 'shop', from)).status).toBe(201);
  expect((await create(buyer, 'Shop', to)).status).toBe(409);
});

it('takes its snippets along, out of the sight of those it came from', async () => {
  const body = { name: 'all', sql: 'select 1', visibility: 'project' };
  await people.call(seller.token, 'POST', `/platform/projects/${ref}/snippets`, { body });
  await take();
  const seenBy = async ({ token: bearer }: Person) => (await people.call(bearer, 'GET', '/v1/snippets')).body;
  expect(await seenBy(seller)).toMatchObject({ data: [] });
  expect(await seenBy(buyer)).toMatchObject({ data: [{ name: 'all', project: { name: 'shop' } }] });
});

it('shows a token once, and replaces the one before', async () => {
  const path = `/v1/projects/${ref}/claim-token`;
  const known = await people.call(seller.token, 'GET', path);
  expect(known.text).not.toContain(token);
  expect(known.body).toMatchObject({ token_alias: `${token.slice(0, 4)}...${token.slice(-4)}` });
  const second = await makeToken();
  expect((await look()).status).toBe(404);
  expect((await look(second.token)).status).toBe(200);
  expect((await people.call(seller.token, 'DELETE', path)).status).toBe(204);
  expect((await look(second.token)).status).toBe(404);
  expect((await people.call(seller.token, 'GET', path)).status).toBe(404);
});

it('ends after a day', async () => {
  people.world.pass(24 * 3600 * 1000);
  expect((await take()).status).toBe(404);
});

it.each([
  [
    'has branches',
    () => people.call(seller.token, 'POST', `/v1/projects/${ref}/branches`, { body: { branch_name: 'dev' } }),
    'has_branches',
  ],
  [
    'is on its way to another status',
    () => people.call(seller.token, 'POST', `/v1/projects/${ref}/pause`),
    'in_transition',
  ],
])('refuses to take a project that %s, and says so before', async (_, make, key) => {
  await make();
  expect((await look()).body).toMatchObject({ preview: { valid: false, errors: [{ key }] } });
  expect((await take()).status).toBe(409);
  expect((await projectSeenBy(seller)).status).toBe(200);
  await people.world.quiet();
});

describe('an organization whose plan limits its active projects', () => {
  let small: OrganizationSlug;
  const offered: string[] = [];

  beforeEach(async () => {
    small = await people.organization(buyer, 'Small', 'free');
    await create(buyer, 'own', small);
    offered.length = 0;
    for (const name of ['one', 'two', 'three']) {
      ({ ref } = z.object({ ref: z.string() }).parse((await create(seller, name, from)).body));
      await people.world.quiet();
      offered.push((await makeToken()).token);
    }
  });

  it('takes as many as it has room for, however many it claims at once, and tells so before', async () => {
    const seen = async () =>
      (await people.call(buyer.token, 'GET', `/v1/organizations/${small}/project-claim/${offered[2]}`)).body;
    expect(await seen()).toMatchObject({ preview: { valid: true, errors: [] } });
    const taken = await Promise.all(offered.slice(0, 2).map((each) => take(buyer, each, small)));
    expect(taken.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([204, 402]);
    expect(taken.find(({ status }) => status === 402)?.body).toMatchObject({ code: 'quota_exceeded' });
    expect(await seen()).toMatchObject({ preview: { valid: false, errors: [{ key: 'project_limit' }] } });
    expect(await people.ports.projects.ofOrganization(small)).toHaveLength(2);
  });

  it('takes one that is paused all the same, and restores it only where there is room', async () => {
    await create(buyer, 'second', small);
    await people.call(seller.token, 'POST', `/v1/projects/${ref}/pause`);
    await people.world.quiet();
    expect((await take(buyer, offered[2], small)).status).toBe(204);
    expect((await people.call(buyer.token, 'POST', `/v1/projects/${ref}/restore`)).status).toBe(402);
    await people.world.quiet();
  });
});

it('refuses a name that the organization has already', async () => {
  await create(buyer, 'shop', to);
  const refused = await take();
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('named \\"shop\\"');
  expect((await projectSeenBy(seller)).status).toBe(200);
});
