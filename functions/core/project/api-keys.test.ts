import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import { reconcile } from '../../jobs/reconcile.ts';
import { createApiKey, deleteApiKey, enableLegacyKeys, showApiKeys, updateApiKey } from './api-keys.ts';
import { beginTransition } from './begin-transition.ts';
import { readProjectSecret } from './project-secret.ts';
import type { Project } from './project.ts';

let world: World;
let project: Project;

beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const secret = () => {
  const kept = world.cloud.of(project.ref).secret;
  if (kept === undefined) throw new Error('no secret');
  return kept;
};
const found = async () => (await world.ports.projects.find(project.ref))?.value;
const actions = async () => {
  const { items } = await world.table.query({ pk: `ORGANIZATION#${project.organization}`, prefix: 'AUDIT#' });
  return items.map(({ data }) => [data['action'], data['details']]);
};
const wanted = { type: 'secret', name: 'ci_key', description: 'for CI' } as const;

describe('an API key', () => {
  it('is kept, told of, and in the stack that comes next', async () => {
    const made = await createApiKey(project, wanted, world.actor, world.ports);
    expect(made).toMatchObject({
      ok: true,
      value: { name: 'ci_key', secret_jwt_template: { role: 'service_role' } },
    });
    if (!made.ok) return;
    await world.quiet();
    expect(secret().api_keys.at(-1)).toEqual(made.value);
    expect(made.value.key).toMatch(/^sb_secret_[\w-]{32}$/);
    expect(await found()).toMatchObject({ status: 'ACTIVE_HEALTHY', generation: 2 });
    const { id } = made.value;
    expect(await actions()).toContainEqual(['api_key.create', { id, type: 'secret', name: 'ci_key' }]);
    expect(JSON.stringify(await actions())).not.toContain(made.value.key);
  });

  it('is shown in part unless it is public or to be revealed', async () => {
    const [anon, service, publishable, secretKey] = showApiKeys(secret(), false);
    expect([anon?.api_key, publishable?.api_key]).toEqual([secret().anon_key, secret().api_keys[0]?.key]);
    expect([service?.api_key, secretKey?.api_key].join()).toMatch(/^\S{15}·+,sb_secret_\S{5}·+$/);
    expect(showApiKeys(secret(), true).map(({ api_key }) => api_key)).toEqual([
      secret().anon_key,
      secret().service_role_key,
      ...secret().api_keys.map(({ key }) => key),
    ]);
  });

  it('has a name of its own among those of its type', async () => {
    await createApiKey(project, wanted, world.actor, world.ports);
    expect(await createApiKey(project, wanted, world.actor, world.ports)).toMatchObject({
      error: { code: 'conflict', field: 'body.name' },
    });
    const publishable = { ...wanted, type: 'publishable' } as const;
    const other = await createApiKey(project, publishable, world.actor, world.ports);
    expect(other.ok).toBe(true);
    const id = secret().api_keys[1]?.id ?? '';
    expect(await updateApiKey(project, id, { name: 'ci_key' }, world.actor, world.ports)).toMatchObject({
      error: { code: 'conflict' },
    });
    expect(secret().api_keys).toHaveLength(4);
  });

  it('changes in what is given and in nothing else', async () => {
    const [publishable, before] = secret().api_keys;
    if (publishable === undefined || before === undefined) throw new Error('no keys');
    const { actor, ports } = world;
    await updateApiKey(project, before.id, { secret_jwt_template: { role: 'robot' } }, actor, ports);
    await updateApiKey(project, before.id, { name: 'renamed' }, actor, ports);
    const { updated_at } = secret().api_keys[1] ?? {};
    expect(secret().api_keys[1]).toEqual({
      ...before,
      name: 'renamed',
      secret_jwt_template: { role: 'robot' },
      updated_at,
    });
    expect(updated_at).not.toBe(before.updated_at);
    const template = { secret_jwt_template: { role: 'robot' } };
    expect(await updateApiKey(project, publishable.id, template, actor, ports)).toMatchObject({
      error: { field: 'body.secret_jwt_template' },
    });
    await updateApiKey(project, before.id, { secret_jwt_template: null }, actor, ports);
    expect(secret().api_keys[1]?.secret_jwt_template).toEqual({ role: 'service_role' });
  });

  it('is gone once it is deleted, and cannot be deleted twice', async () => {
    const [, key] = secret().api_keys;
    const why = { was_compromised: true, reason: 'leaked' };
    const gone = () => deleteApiKey(project, key?.id ?? '', why, world.actor, world.ports);
    expect(await gone()).toMatchObject({ ok: true, value: { name: 'default' } });
    expect(secret().api_keys.map(({ type }) => type)).toEqual(['publishable']);
    expect(await actions()).toContainEqual(['api_key.delete', { id: key?.id, ...why }]);
    expect(await gone()).toMatchObject({ error: { code: 'not_found' } });
  });

  it('is one of 20 at most', async () => {
    const make = (name: string) => createApiKey(project, { ...wanted, name }, world.actor, world.ports);
    for (let count = secret().api_keys.length; count < 20; count += 1) {
      expect((await make(`key_${count}`)).ok).toBe(true);
    }
    expect(await make('one_more')).toMatchObject({ error: { code: 'conflict' } });
  });
});

it('a project that is being deleted has no keys to change', async () => {
  await beginTransition(project.ref, 'remove', world.actor, world.ports);
  const { actor, ports } = world;
  expect(await createApiKey(project, wanted, actor, ports)).toMatchObject({ error: { code: 'not_found' } });
  await world.quiet();
  expect(await world.statusOf(project.ref)).toBe('GONE');
});

it('changes made at the same time are all made', async () => {
  const make = (name: string) => createApiKey(project, { ...wanted, name }, world.actor, world.ports);
  await Promise.all(['one_key', 'two_keys', 'three_keys'].map(make));
  await world.quiet();
  expect(
    secret()
      .api_keys.map(({ name }) => name)
      .toSorted(),
  ).toEqual(['default', 'default', 'one_key', 'three_keys', 'two_keys']);
  const { revision, status } = (await found()) ?? {};
  expect(status).toBe('ACTIVE_HEALTHY');
  expect(revision?.begun).toBe(revision?.wanted);
});

it.each(['before', 'after'] as const)(
  'a control plane that dies %s the secret was changed leaves a project whose stack is replaced',
  async (at) => {
    const error = new Error('died');
    world.fail(({ port, method }) => (port === 'secrets' && method === 'revise' ? { at, error } : undefined));
    await expect(createApiKey(project, wanted, world.actor, world.ports)).rejects.toBe(error);
    expect((await found())?.revision).toEqual({ wanted: 1, begun: 0 });
    world.fail(() => undefined);
    await reconcile('tick', world.ports);
    await world.quiet();
    expect(await found()).toMatchObject({ generation: 2, revision: { wanted: 1, begun: 1 } });
    expect(secret().api_keys).toHaveLength(at === 'before' ? 2 : 3);
  },
);

it('the keys that are JWTs are disabled and enabled together, once', async () => {
  const enable = (enabled: boolean) => enableLegacyKeys(project, enabled, world.actor, world.ports);
  expect(await enable(true)).toEqual({ ok: true, value: true });
  expect((await found())?.generation).toBe(1);
  expect(await enable(false)).toEqual({ ok: true, value: false });
  await world.quiet();
  expect(secret().legacy_keys_enabled).toBe(false);
  expect((await found())?.generation).toBe(2);
});

it('a secret from before there were several keys is read as one with its two', () => {
  const { api_keys: _keys, pgsodium_root_key: _root, legacy_keys_enabled: _enabled, ...rest } = secret();
  const old = { ...rest, publishable_key: 'sb_publishable_old', secret_key: 'sb_secret_old' };
  const read = readProjectSecret(old);
  expect(read.api_keys).toMatchObject([
    { type: 'publishable', key: 'sb_publishable_old', secret_jwt_template: null },
    { type: 'secret', key: 'sb_secret_old', secret_jwt_template: { role: 'service_role' } },
  ]);
  expect(readProjectSecret(old)).toEqual(read);
  expect(readProjectSecret(read)).toEqual(read);
  expect(new Set(read.api_keys.map(({ id }) => id)).size).toBe(2);
});
