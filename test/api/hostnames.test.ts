import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { beginTransition } from '../../functions/core/project/begin-transition.ts';
import type { Project } from '../../functions/core/project/project.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';
import { ask } from './ask.ts';

let world: World;
let project: Project;
let token: string;

beforeEach(async () => {
  world = new World();
  const created = await world.create();
  await world.quiet();
  project = created.project;
  token = await issueToken(created.owner.user, 'test', world.ports);
});

async function call(method: string, path: string, body?: object) {
  const url = `/v1/projects/${project.ref}/${path}`;
  const response = await ask(
    createApp(world.ports),
    url,
    {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { ip: '127.0.0.1' },
  );
  const text = await response.text();
  expect(undeclared(method, url, { status: response.status, text })).toBeUndefined();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const names = () => [...(world.cloud.projects.get(project.ref)?.hostnames ?? [])];
const initialize = (custom_hostname = 'api.example.org') =>
  call('POST', 'custom-hostname/initialize', { custom_hostname });

/** Publishes what the answer asks for. */
async function prove(): Promise<void> {
  const { body } = await call('GET', 'custom-hostname');
  const { name, value } = body.data.result.ownership_verification;
  world.records.set(name, [value]);
}

describe('a custom hostname', () => {
  it('goes from asked for to in use, and away again', async () => {
    expect(await call('GET', 'custom-hostname')).toMatchObject({ body: { status: '1_not_started' } });
    expect(await initialize('API.example.org')).toMatchObject({
      status: 201,
      body: { status: '2_initiated', custom_hostname: 'api.example.org' },
    });
    await prove();
    expect(await call('POST', 'custom-hostname/reverify')).toMatchObject({
      body: { status: '4_origin_setup_completed', data: { result: { ssl: { status: 'active' } } } },
    });
    expect(await call('POST', 'custom-hostname/activate')).toMatchObject({
      body: { status: '5_services_reconfigured' },
    });
    expect(names()).toEqual(['api.example.org']);
    expect(await call('DELETE', 'custom-hostname')).toMatchObject({ status: 200 });
    expect(names()).toEqual([]);
    expect(await call('GET', 'custom-hostname')).toMatchObject({ body: { status: '1_not_started' } });
  });

  it('is not served before it is proven, and says what the proof lacks', async () => {
    await initialize();
    expect(await call('POST', 'custom-hostname/activate')).toMatchObject({ status: 409 });
    const missing = await call('POST', 'custom-hostname/reverify');
    expect(missing.body.data.result.verification_errors).toEqual([
      'There is no TXT record at _baseplane-challenge.api.example.org.',
    ]);
    world.records.set('_baseplane-challenge.api.example.org', ['somebody else’s']);
    const wrong = await call('POST', 'custom-hostname/reverify');
    expect(wrong.body).toMatchObject({ status: '2_initiated' });
    expect(wrong.body.data.result.verification_errors[0]).toContain('another value');
    expect(names()).toEqual([]);
  });

  it('belongs to the project that proved it first', async () => {
    const { ref } = project;
    await initialize();
    await prove();
    await call('POST', 'custom-hostname/reverify');
    const first = project;
    const other = (await world.create('other')).project;
    await world.quiet();
    project = other;
    await initialize();
    await prove();
    expect(await call('POST', 'custom-hostname/reverify')).toMatchObject({
      status: 409,
      body: { message: 'Another project has this name.' },
    });
    project = first;
    await call('DELETE', 'custom-hostname');
    project = other;
    expect(await call('POST', 'custom-hostname/reverify')).toMatchObject({ status: 201 });
    expect(world.cloud.projects.get(ref)?.hostnames.size).toBe(0);
  });

  it.each(['localhost', 'shop.localhost', 'a b.example.org', '10.0.0.1', `${'a'.repeat(64)}.example.org`])(
    'cannot be %s',
    async (name) => {
      expect(await initialize(name)).toMatchObject({ status: 400, body: { field: 'body.custom_hostname' } });
    },
  );

  it('goes with the project', async () => {
    await initialize();
    await prove();
    await call('POST', 'custom-hostname/reverify');
    await call('POST', 'vanity-subdomain/activate', { vanity_subdomain: 'shop' });
    expect(names()).toHaveLength(2);
    await beginTransition(project.ref, 'remove', world.actor, world.ports);
    await world.quiet();
    expect(names()).toEqual([]);
    expect(await world.ports.hostnameStore.ownerOf('api.example.org')).toBeUndefined();
    expect(await world.ports.hostnameStore.ownerOf('shop.localhost')).toBeUndefined();
  });
});

describe('a vanity subdomain', () => {
  const activate = (vanity_subdomain: string) =>
    call('POST', 'vanity-subdomain/activate', { vanity_subdomain });
  const free = async (vanity_subdomain: string) =>
    (await call('POST', 'vanity-subdomain/check-availability', { vanity_subdomain })).body.available;

  it('is served at once, one at a time', async () => {
    expect(await call('GET', 'vanity-subdomain')).toEqual({ status: 200, body: { status: 'not-used' } });
    expect(await activate('Shop')).toEqual({ status: 201, body: { custom_domain: 'shop.localhost' } });
    expect(await activate('store')).toEqual({ status: 201, body: { custom_domain: 'store.localhost' } });
    expect(names()).toEqual(['store.localhost']);
    expect(await call('GET', 'vanity-subdomain')).toMatchObject({
      body: { status: 'active', custom_domain: 'store.localhost' },
    });
    await call('DELETE', 'vanity-subdomain');
    expect(names()).toEqual([]);
  });

  it('is taken while another project has it', async () => {
    await activate('shop');
    expect(await free('shop')).toBe(true);
    project = (await world.create('other')).project;
    await world.quiet();
    expect(await free('shop')).toBe(false);
    expect(await free('store')).toBe(true);
    expect(await activate('shop')).toMatchObject({ status: 409 });
  });

  it.each(['www', 'api', 'abcdefghijklmnopqrst', '-a', 'a.b', 'a_b'])('cannot be %s', async (label) => {
    expect(await free(label)).toBe(false);
    expect(await activate(label)).toMatchObject({ status: 400, body: { field: 'body.vanity_subdomain' } });
  });

  it('can be asked for again where the target failed', async () => {
    world.fail(({ port, method }) =>
      port === 'hostnames' && method === 'attach'
        ? { at: 'before', error: new TransientError('CloudFront is busy.') }
        : undefined,
    );
    expect((await activate('shop')).status).toBe(503);
    world.fail(() => undefined);
    expect(await activate('shop')).toMatchObject({ status: 201 });
    expect(names()).toEqual(['shop.localhost']);
  });
});
