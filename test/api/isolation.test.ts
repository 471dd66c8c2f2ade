import { z } from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../functions/contract/index.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { PERMISSIONS, type Permission, ROLES, type Role } from '../../functions/contract/permissions.ts';
import { type OrganizationSlug, newUuid, userIdSchema } from '../../functions/core/kernel/ids.ts';
import { newToken } from '../../functions/core/organization/issue-token.ts';
import {
  membershipItem,
  putNew,
  removeToken,
  tokenItem,
  userItem,
} from '../../functions/core/organization/organization-store.ts';
import { roleGrants } from '../../functions/core/organization/roles.ts';
import { People } from './people.ts';

/** What a path can name: of one organization, of another one, or of none. */
interface Subject {
  readonly slug: string;
  readonly ref: string;
  /** Of a branch of that project. */
  readonly branch: string;
  /** Of a project that is no more. */
  readonly removed: string;
}

const ABSENT: Subject = {
  slug: 'no-such-organization',
  ref: 'abcdefghijklmnopqrst',
  branch: 'abcdefghijklmnopqrst',
  removed: 'abcdefghijklmnopqrst',
};

const operations: readonly (readonly [string, Operation])[] = Object.entries(OPERATIONS);
const all = operations.map(([id, operation]) => ({ id, operation }));
const closed = all.filter(({ operation }) => operation.policy.on !== 'public');
const onSubject = closed.filter(({ operation }) => operation.policy.on !== 'caller');

const neededBy = ({ policy }: Operation): Permission | undefined =>
  'permission' in policy ? policy.permission : undefined;

let people: People;
let own: Subject & { readonly slug: OrganizationSlug };
let foreign: Subject;

beforeAll(async () => {
  people = new People();
  own = await subject('Own');
  foreign = await subject('Foreign');
});

async function subject(name: string) {
  const owner = await people.person(`${name}@example.com`);
  const slug = await people.organization(owner, name);
  const create = async (project: string) => {
    const body = { name: project, organization_slug: slug };
    await people.call(owner.token, 'POST', '/v1/projects', { body });
    await people.world.quiet();
    return (await people.ports.projects.ofOrganization(slug))[0]?.ref ?? '';
  };
  const removed = await create('removed');
  await people.call(owner.token, 'DELETE', `/v1/projects/${removed}`);
  await people.world.quiet();
  const ref = await create('app');
  const body = { branch_name: 'branch' };
  const made = await people.call(owner.token, 'POST', `/v1/projects/${ref}/branches`, { body });
  const branch = z.object({ project_ref: z.string() }).parse(made.body).project_ref;
  await people.world.quiet();
  return { slug, removed, ref, branch };
}

interface Who {
  readonly role?: Role;
  readonly scopes?: readonly Permission[];
  /** The token reaches only this organization. */
  readonly reach?: OrganizationSlug;
  /** The organization owns it. */
  readonly owned?: Role;
  readonly state?: 'expired' | 'revoked';
}

/** A token of somebody new. */
async function tokenOf({ role, scopes = PERMISSIONS, reach, owned, state }: Who): Promise<string> {
  const { random, clock, organizations } = people.ports;
  const user = userIdSchema.parse(newUuid(random));
  const created_at = clock.now().toISOString();
  const { secret, token } = newToken(
    {
      name: 'test',
      user,
      organization: owned === undefined ? (reach ?? null) : own.slug,
      role: owned ?? null,
      scopes: scopes === PERMISSIONS ? null : scopes,
      expires_at: state === 'expired' ? clock.now() : null,
    },
    people.ports,
  );
  const items = [
    userItem({ id: user, email: 'someone@example.com', created_at }),
    tokenItem(token),
    ...(role === undefined ? [] : [membershipItem({ organization: own.slug, user, role })]),
  ];
  expect(await organizations.write(items.map(putNew))).toMatchObject({ ok: true });
  if (state === 'revoked') {
    await people.call(secret, 'GET', '/v1/profile');
    await organizations.write([removeToken(token)]);
  }
  return secret;
}

/** The query names a field that no operation has: whoever may call one is told so, and nothing is done. */
async function call({ operation }: (typeof all)[number], token: string | undefined, at: Subject) {
  const { method, path, policy } = operation;
  const place = path
    .replace('{ref}', policy.on === 'certificate' ? at.removed : at.ref)
    .replace('{branch_id_or_ref}', at.branch)
    .replace('{slug}', at.slug)
    .replaceAll(/\{\w+\}/g, '22222222-2222-4222-8222-222222222222');
  const { status, text, headers } = await people.call(token, method, `${place}?no_such_field=1`);
  return { status, text: text.replace(String(headers.get('x-request-id')), '') };
}

/** What is said to whoever is let in. */
function expectGranted({ status, text }: { readonly status: number; readonly text: string }): void {
  if (status === 501) return expect(text).toContain('not_implemented');
  // An answer to a HEAD says nothing.
  if (text !== '') expect(text).toMatch(/"field":"(query|path)\./);
  expect(status).toBe(400);
}

const saying = ({ operation }: (typeof all)[number], permission: Permission) =>
  operation.method === 'HEAD' ? '' : expect.stringContaining(permission);

describe.each(closed)('$id', (each) => {
  it('knows nobody without a valid token', async () => {
    const { token } = await people.person(`${newUuid(people.ports.random)}@example.com`);
    for (const bad of [
      undefined,
      'nonsense',
      'a.b.c',
      `sbp_${'0'.repeat(40)}`,
      `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
      await tokenOf({ role: 'owner', state: 'expired' }),
      await tokenOf({ role: 'owner', state: 'revoked' }),
    ]) {
      const answers = await Promise.all([own, foreign, ABSENT].map((at) => call(each, bad, at)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(answers[0]?.status).toBe(401);
    }
  });

  it('refuses a token without the scope', async () => {
    const needed = neededBy(each.operation);
    const scopes = PERMISSIONS.filter((permission) => permission !== needed);
    const answer = await call(each, await tokenOf({ role: 'owner', scopes }), own);
    if (needed === undefined) return expectGranted(answer);
    expect(answer).toMatchObject({ status: 403, text: saying(each, needed) });
    expectGranted(await call(each, await tokenOf({ role: 'owner', scopes: [needed] }), own));
  });
});

describe.each(onSubject)('$id', (each) => {
  const needed = neededBy(each.operation) ?? 'organizations_read';

  it.each(ROLES)('lets a member in by the role: %s', async (role) => {
    for (const who of [{ role }, { role, reach: own.slug }, { owned: role }]) {
      const token = await tokenOf(who);
      const answer = await call(each, token, own);
      if (roleGrants(role, needed)) expectGranted(answer);
      else expect(answer).toMatchObject({ status: 403, text: saying(each, needed) });
      await expectIndistinguishable(token);
    }
  });

  it('tells strangers nothing: neither what there is nor that it is there', async () => {
    const stranger = await tokenOf({});
    const elsewhere = await tokenOf({ role: 'owner', reach: await otherOrganization() });
    for (const token of [stranger, elsewhere]) {
      expect(await call(each, token, own)).toEqual(await call(each, token, ABSENT));
      await expectIndistinguishable(token);
    }
  });

  it('says no more to a token without the scope', async () => {
    const scopes = PERMISSIONS.filter((permission) => permission !== needed);
    await expectIndistinguishable(await tokenOf({ role: 'owner', scopes }));
  });

  /** Byte for byte. */
  async function expectIndistinguishable(token: string): Promise<void> {
    const answer = await call(each, token, foreign);
    expect(answer).toEqual(await call(each, token, ABSENT));
    expect(answer.status).toBe(404);
    for (const name of Object.values(foreign)) expect(answer.text).not.toContain(name);
  }
});

it('lists hold what the caller reaches and nothing else', async () => {
  const reader = await tokenOf({ role: 'read_only' });
  for (const path of ['/v1/projects', '/v1/organizations']) {
    const { text } = await people.call(reader, 'GET', path);
    expect(text).toContain(own.slug);
    expect(text).not.toContain(foreign.slug);
    expect(text).not.toContain(foreign.ref);
    const { body } = await people.call(await tokenOf({}), 'GET', path);
    expect(body).toEqual([]);
  }
});

async function otherOrganization(): Promise<OrganizationSlug> {
  return people.organization(await people.person(`${newUuid(people.ports.random)}@example.com`), 'Other');
}
