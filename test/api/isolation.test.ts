import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { OPERATIONS } from '../../functions/contract/index.ts';
import { PERMISSIONS, type Permission, type Role } from '../../functions/contract/permissions.ts';
import { digestOf, newAccessToken } from '../../functions/core/organization/access-token.ts';
import { createOrganization } from '../../functions/core/organization/create-organization.ts';
import {
  type OrganizationSlug,
  newUuid,
  tokenIdSchema,
  userIdSchema,
} from '../../functions/core/kernel/ids.ts';
import { membershipItem, tokenItem, userItem } from '../../functions/core/organization/organization-store.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';

const KEY_ID = '22222222-2222-4222-8222-222222222222';
const ABSENT = { ref: 'abcdefghijklmnopqrst', slug: 'no-such-organization' };

/** A body that each operation takes, where it takes one. */
const BODIES: Readonly<Record<string, unknown>> = {
  createProject: { name: 'another' },
  updateProject: { name: 'renamed' },
  updateAuthConfig: {},
  updatePostgrestConfig: {},
  updateStorageConfig: {},
  updateRealtimeConfig: {},
  updatePostgresConfig: {},
  patchPostgresConfig: {},
  updatePoolerConfig: {},
  createOrganization: { name: 'Mine' },
  updateSslEnforcement: { requestedConfig: { database: true } },
  changeNetworkRestrictions: { add: { dbAllowedCidrs: ['203.0.113.0/24'] } },
  applyNetworkRestrictions: { dbAllowedCidrs: ['203.0.113.0/24'] },
  deleteNetworkBans: { ipv4_addresses: ['203.0.113.9'] },
  applyMigration: { query: 'select 1' },
  recordMigration: { query: 'select 1' },
  amendMigration: { name: 'renamed' },
  createLoginRole: { read_only: false },
  createProjectApiKey: { type: 'secret', name: 'another' },
  updateProjectApiKey: { name: 'renamed' },
  createProjectSigningKey: { algorithm: 'ES256' },
  updateProjectSigningKey: { status: 'in_use' },
  updateDatabasePassword: { password: 'correct horse' },
  updatePgsodiumConfig: { root_key: '0'.repeat(64) },
  createSnippet: { name: 'mine', sql: 'select 1' },
  updateSnippet: { name: 'renamed' },
  runQuery: { query: 'select 1 as one' },
  runReadOnlyQuery: { query: 'select 1 as one' },
};

const operations = Object.entries(OPERATIONS);
const onSubject = operations.filter(
  ([, { policy }]) => policy.on === 'project' || policy.on === 'organization',
);

let world: World;
let ref: string;
let slug: OrganizationSlug;

beforeAll(async () => {
  world = new World();
  const { project, owner } = await world.create();
  await world.quiet();
  ref = project.ref;
  slug = owner.organization;
});

interface Person {
  readonly role?: Role;
  readonly scopes?: readonly Permission[];
  /** The token reaches only this organization. */
  readonly reach?: OrganizationSlug;
  readonly expired?: boolean;
}

/** A token of somebody new. */
async function tokenOf({ role, scopes, reach, expired = false }: Person): Promise<string> {
  const { table, random, clock } = world.ports;
  const user = userIdSchema.parse(newUuid(random));
  const created_at = clock.now().toISOString();
  const token = newAccessToken(random);
  const items = [
    userItem({ id: user, email: 'someone@example.com', created_at }),
    ...(role === undefined ? [] : [membershipItem({ organization: slug, user, role })]),
    tokenItem({
      id: tokenIdSchema.parse(newUuid(random)),
      digest: digestOf(token),
      name: 'test',
      user,
      organization: reach ?? null,
      role: null,
      scopes: scopes === undefined ? null : [...scopes],
      expires_at: expired ? created_at : null,
      last_used_at: null,
      created_at,
    }),
  ];
  const written = await table.write(items.map((item) => ({ kind: 'put', item, if: 'absent' })));
  expect(written.ok).toBe(true);
  return token;
}

async function call(id: string, token: string | undefined, subject: { ref: string; slug: string }) {
  const operation = operations.find(([name]) => name === id)?.[1];
  if (operation === undefined) throw new Error(`no operation ${id}`);
  const path = operation.path
    .replace('{ref}', subject.ref)
    .replace('{slug}', subject.slug)
    .replace('{id}', KEY_ID);
  const body = BODIES[id];
  const response = await createApp(world.ports).request(
    path,
    {
      method: operation.method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { ip: '127.0.0.1' },
  );
  const text = await response.text();
  expect(undeclared(operation.method, path, { status: response.status, text })).toBeUndefined();
  return { status: response.status, text: text.replaceAll(/"request_id":"[^"]*"/g, '"request_id":""') };
}

describe.each(onSubject.map(([id]) => id))('%s', (id) => {
  it('answers a stranger about a foreign subject as about an absent one, byte for byte', async () => {
    for (const stranger of [
      await tokenOf({}),
      await tokenOf({ role: 'owner', reach: await otherOrganization() }),
    ]) {
      const foreign = await call(id, stranger, { ref, slug });
      const absent = await call(id, stranger, ABSENT);
      expect(foreign).toEqual(absent);
      expect(foreign.status).toBe(404);
      expect(foreign.text).not.toContain(slug);
    }
  });

  it('refuses a member whose role or token does not permit it', async () => {
    const operation = operations.find(([name]) => name === id)?.[1];
    const needed =
      operation !== undefined && 'permission' in operation.policy ? operation.policy.permission : undefined;
    const others = PERMISSIONS.filter((permission) => permission !== needed);
    const underScoped = await call(id, await tokenOf({ role: 'owner', scopes: others }), { ref, slug });
    expect(underScoped.status).toBe(403);
    expect(underScoped.text).toContain(String(needed));
  });
});

describe.each(operations.filter(([, { policy }]) => policy.on !== 'public').map(([id]) => id))('%s', (id) => {
  it('refuses whoever has no valid token', async () => {
    for (const token of [
      undefined,
      'nonsense',
      `sbp_${'0'.repeat(40)}`,
      await tokenOf({ role: 'owner', expired: true }),
    ]) {
      expect((await call(id, token, { ref, slug })).status).toBe(401);
    }
  });
});

it('a reader reads and changes nothing', async () => {
  const reader = await tokenOf({ role: 'read_only' });
  expect((await call('getProject', reader, { ref, slug })).status).toBe(200);
  for (const id of [
    'pauseProject',
    'deleteProject',
    'updateProject',
    'runQuery',
    'getProjectApiKeys',
    'createProject',
  ]) {
    expect((await call(id, reader, { ref, slug })).status, id).toBe(403);
  }
});

it('a token of one organization reaches no other', async () => {
  const bound = await tokenOf({ role: 'owner', reach: slug });
  expect((await call('getProject', bound, { ref, slug })).status).toBe(200);
});

async function otherOrganization(): Promise<OrganizationSlug> {
  const user = { id: world.actor.user, email: 'other@example.com', created_at: '' };
  const principal = { user, memberships: [], scopes: null };
  const other = await createOrganization('Other', principal, world.actor, world.ports);
  if (!other.ok) throw new Error(other.error.message);
  return other.value.slug;
}
