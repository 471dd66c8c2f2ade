import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { type Answered, type Person, People } from './people.ts';

let people: People;
let owner: Person;
let slug: OrganizationSlug;

beforeEach(async () => {
  people = new People();
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner);
});

const minted = ({ body }: Answered) =>
  z.object({ id: z.string(), access_token: z.string(), scopes: z.unknown() }).parse(body);
const create = (token: string, body: object) => people.call(token, 'POST', '/platform/tokens', { body });
const createOwned = (token: string, body: object) =>
  people.call(token, 'POST', `/platform/organizations/${slug}/tokens`, { body });
const see = (token: string) => people.call(token, 'GET', `/v1/organizations/${slug}`);

describe('a personal access token', () => {
  it('is shown once and listed without itself, with its last use', async () => {
    const { id, access_token: token } = minted(await create(owner.token, { name: 'ci' }));
    await see(token);
    const listed = await people.call(owner.token, 'GET', '/platform/tokens');
    expect(listed.text).not.toContain(token);
    expect(listed.body).toContainEqual(
      expect.objectContaining({ id, name: 'ci', last_used_at: expect.any(String), role: null }),
    );
  });

  it('does no more than its scopes', async () => {
    const { access_token: token } = minted(
      await create(owner.token, { name: 'ci', scopes: ['organizations_read'] }),
    );
    expect((await people.call(token, 'GET', '/v1/organizations')).body).toHaveLength(1);
    expect((await see(token)).status).toBe(403);
    expect((await people.call(token, 'POST', '/v1/organizations', { body: { name: 'x' } })).status).toBe(403);
    expect((await people.call(token, 'GET', '/platform/tokens')).status).toBe(403);
  });

  it('reaches one organization where it is bound to it, and makes no other', async () => {
    const other = await people.organization(owner, 'Other');
    const body = { name: 'bound', organization_slug: slug };
    const { access_token: token } = minted(await create(owner.token, body));
    expect((await see(token)).status).toBe(200);
    expect((await people.call(token, 'GET', `/v1/organizations/${other}`)).status).toBe(404);
    expect((await people.call(token, 'POST', '/v1/organizations', { body: { name: 'x' } })).status).toBe(403);
    const stranger = await people.person('stranger@example.com');
    expect((await create(stranger.token, body)).status).toBe(404);
  });

  it('ends when it expires, even where it was just believed', async () => {
    const expires_at = new Date(people.ports.clock.now().getTime() + 4000).toISOString();
    const { access_token: token } = minted(await create(owner.token, { name: 'short', expires_at }));
    expect((await see(token)).status).toBe(200);
    people.world.pass(4000);
    expect((await see(token)).status).toBe(401);
  });

  it('is worth nothing from the moment that it is revoked', async () => {
    const { id, access_token: token } = minted(await create(owner.token, { name: 'ci' }));
    expect((await see(token)).status).toBe(200);
    expect((await people.call(owner.token, 'DELETE', `/platform/tokens/${id}`)).status).toBe(200);
    expect((await see(token)).status).toBe(401);
    const other = await people.person('other@example.com');
    const own = minted(await create(other.token, { name: 'own' }));
    expect((await people.call(owner.token, 'DELETE', `/platform/tokens/${own.id}`)).status).toBe(404);
    expect((await see(own.access_token)).status).toBe(404);
  });

  it('is noted in the audit log of its maker', async () => {
    const { id } = minted(await create(owner.token, { name: 'ci' }));
    const log = await people.call(owner.token, 'GET', '/platform/audit');
    expect(log.body).toMatchObject({ events: [{ action: 'token.create', subject: id }], cursor: null });
  });
});

describe('a token makes none that can do more than itself', () => {
  it.each([
    ['no scopes', { scopes: undefined }],
    ['another scope', { scopes: ['access_tokens_write', 'members_write'] }],
  ])('with %s', async (_, body) => {
    const token = await people.scoped(owner, ['access_tokens_write', 'members_read']);
    expect((await create(token, { name: 'x', ...body })).status).toBe(403);
    expect((await createOwned(token, { name: 'x', role: 'owner', ...body })).status).toBe(403);
    const less = { name: 'x', scopes: ['members_read'] };
    expect((await create(token, less)).status).toBe(201);
    expect((await createOwned(token, { ...less, role: 'owner' })).status).toBe(201);
  });

  it('that lasts longer, or reaches further', async () => {
    const day = (days: number) =>
      new Date(people.ports.clock.now().getTime() + days * 86_400_000).toISOString();
    const short = { name: 'x', expires_at: day(1), organization_slug: slug };
    const { access_token: token } = minted(await create(owner.token, short));
    const other = await people.organization(owner, 'Other');
    expect((await create(token, { name: 'y' })).status).toBe(403);
    expect((await create(token, { name: 'y', expires_at: day(2) })).status).toBe(403);
    const elsewhere = { name: 'y', expires_at: day(0.5), organization_slug: other };
    expect((await create(token, elsewhere)).status).toBe(403);
    const less = await create(token, { name: 'y', expires_at: day(0.5) });
    expect(less).toMatchObject({ status: 201, body: { organization_slug: slug } });
  });

  it('with a higher role', async () => {
    const administrator = await people.member(slug, 'administrator');
    expect((await createOwned(administrator.token, { name: 'x', role: 'owner' })).status).toBe(403);
    expect((await createOwned(administrator.token, { name: 'x', role: 'developer' })).status).toBe(201);
  });
});

describe('a token of an organization', () => {
  it('acts with its own role, and stays when its maker leaves', async () => {
    const administrator = await people.member(slug, 'administrator');
    const { access_token: token } = minted(
      await createOwned(administrator.token, { name: 'ci', role: 'developer' }),
    );
    await people.call(administrator.token, 'POST', `/platform/organizations/${slug}/leave`);
    expect((await see(token)).status).toBe(200);
    const rename = { body: { name: 'Renamed' } };
    expect((await people.call(token, 'PATCH', `/platform/organizations/${slug}`, rename)).status).toBe(403);
    const other = await people.organization(owner, 'Other');
    expect((await people.call(token, 'GET', `/v1/organizations/${other}`)).status).toBe(404);
  });

  it('stands for no person', async () => {
    const { access_token: token } = minted(await createOwned(owner.token, { name: 'ci', role: 'owner' }));
    expect((await create(token, { name: 'x' })).status).toBe(403);
    expect((await people.call(token, 'POST', `/platform/organizations/${slug}/leave`)).status).toBe(403);
    expect((await people.call(token, 'GET', '/platform/tokens')).body).toEqual([]);
  });

  it('is listed with the organization and revoked there', async () => {
    const { id, access_token: token } = minted(await createOwned(owner.token, { name: 'ci', role: 'owner' }));
    const path = `/platform/organizations/${slug}/tokens`;
    expect((await people.call(owner.token, 'GET', path)).body).toMatchObject([{ id, role: 'owner' }]);
    expect((await people.call(owner.token, 'DELETE', `${path}/${id}`)).status).toBe(200);
    expect((await see(token)).status).toBe(401);
    expect(await people.audited(slug)).toEqual(['organization.create', 'token.create', 'token.revoke']);
  });
});
