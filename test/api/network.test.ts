import { beforeAll, describe, expect, it } from 'vitest';
import { changeAccess } from '../../functions/core/database/change-access.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Cell } from '../../functions/core/project/cells.port.ts';
import { admits, databaseAccess } from '../../functions/core/project/database-access.ts';
import { MAX_FAILURES, isBanned, recordFailedLogin } from '../../functions/core/project/login-failures.ts';
import type { World } from '../faults/world.ts';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;
let world: World;
let ref: ProjectRef;
const call = (method: string, path: string, body?: unknown) => api.project(method, path, body);

beforeAll(async () => {
  api = await ProjectApi.start();
  ({ world, ref } = api);
});

describe('enforcing TLS', () => {
  it('is off for a new project, and what the gateway is told once it is on', async () => {
    expect(await call('GET', '/ssl-enforcement')).toEqual({
      status: 200,
      body: { currentConfig: { database: false }, appliedSuccessfully: true },
    });
    const on = await call('PUT', '/ssl-enforcement', { requestedConfig: { database: true } });
    expect(on).toEqual({
      status: 200,
      body: { currentConfig: { database: true }, appliedSuccessfully: true },
    });
    expect(await databaseAccess(ref, world.ports)).toMatchObject({ sslEnforced: true });
    expect(await call('GET', '/ssl-enforcement')).toEqual(on);
  });
});

describe('restrictions of the network', () => {
  it('are set as a whole, a list that is left out staying as it is', async () => {
    expect((await call('GET', '/network-restrictions')).body).toMatchObject({
      config: { dbAllowedCidrs: ['0.0.0.0/0'], dbAllowedCidrsV6: ['::/0'] },
    });
    const applied = await call('POST', '/network-restrictions/apply', {
      dbAllowedCidrs: ['203.0.113.0/24', '203.0.113.0/24'],
    });
    expect(applied).toMatchObject({
      status: 201,
      body: {
        entitlement: 'allowed',
        status: 'applied',
        config: { dbAllowedCidrs: ['203.0.113.0/24'], dbAllowedCidrsV6: ['::/0'] },
      },
    });
    const access = await databaseAccess(ref, world.ports);
    expect(admits(access, '203.0.113.5')).toBe(true);
    expect(admits(access, '198.51.100.5')).toBe(false);
    expect(access.sslEnforced).toBe(true);
  });

  it('are changed by parts', async () => {
    const changed = await call('PATCH', '/network-restrictions', {
      add: { dbAllowedCidrs: ['198.51.100.7/32'] },
      remove: { dbAllowedCidrs: ['203.0.113.0/24'], dbAllowedCidrsV6: ['::/0'] },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { config: { dbAllowedCidrs: [{ address: '198.51.100.7/32', type: 'v4' }] } },
    });
    const access = await databaseAccess(ref, world.ports);
    expect([access.allowedCidrs, access.allowedCidrsV6]).toEqual([['198.51.100.7/32'], []]);
  });

  it.each([['203.0.113.0'], ['203.0.113.0/33'], ['2001:db8::/32'], ['nonsense']])(
    'are not set to %s',
    async (block) => {
      const refused = await call('POST', '/network-restrictions/apply', { dbAllowedCidrs: [block] });
      expect(refused).toMatchObject({
        status: 400,
        body: { field: 'body.dbAllowedCidrs.0', message: expect.stringContaining('203.0.113.0/24') },
      });
    },
  );

  it('have a bound', async () => {
    const blocks = Array.from({ length: 200 }, (_, n) => `198.18.${n}.0/24`);
    const more = Array.from({ length: 200 }, (_, n) => `198.19.${n}.0/24`);
    expect((await call('PATCH', '/network-restrictions', { add: { dbAllowedCidrs: blocks } })).status).toBe(
      200,
    );
    expect(await call('PATCH', '/network-restrictions', { add: { dbAllowedCidrs: more } })).toMatchObject({
      status: 400,
      body: { suggestion: expect.stringContaining('larger') },
    });
  });
});

describe('bans', () => {
  const fail = async (address: string) => {
    for (let n = 0; n < MAX_FAILURES; n += 1) await recordFailedLogin(ref, address, world.ports);
  };

  it('are told, and lifted by name', async () => {
    await fail('192.0.2.1');
    await fail('192.0.2.2');
    expect(await call('POST', '/network-bans/retrieve')).toEqual({
      status: 201,
      body: { banned_ipv4_addresses: ['192.0.2.1', '192.0.2.2'] },
    });
    expect(await call('DELETE', '/network-bans', { ipv4_addresses: ['192.0.2.1'] })).toMatchObject({
      status: 200,
    });
    expect(await call('POST', '/network-bans/retrieve/enriched')).toEqual({
      status: 201,
      body: {
        banned_ipv4_addresses: [{ banned_address: '192.0.2.2', identifier: ref, type: 'postgres' }],
      },
    });
    expect(await isBanned(ref, '192.0.2.1', world.ports)).toBe(false);
  });

  it("are lifted for the caller's own address", async () => {
    await fail('203.0.113.77');
    const lifted = await call('DELETE', '/network-bans', { ipv4_addresses: [], requester_ip: true });
    expect(lifted.status).toBe(200);
    expect(await isBanned(ref, '203.0.113.77', world.ports)).toBe(false);
  });

  it('of another database are not known', async () => {
    const refused = await call('DELETE', '/network-bans', { ipv4_addresses: [], identifier: 'other' });
    expect(refused).toMatchObject({ status: 400, body: { field: 'body.identifier' } });
  });
});

describe('on AWS', () => {
  const changedIn = async (door: Pick<Cell, 'postgres'>) => {
    const read = await world.ports.projects.find(ref);
    if (read === undefined) throw new Error('the project is gone');
    const { cell } = world.ports.cells.place(undefined) ?? {};
    const get = () => cell && { id: cell.id, origin: cell.origin, target: 'aws' as const, ...door };
    const asked = { action: 'project.network_restrictions.apply', change: () => ({ allowedCidrs: [] }) };
    const cells = { ...world.ports.cells, get };
    return await changeAccess(read.value, asked, world.actor, { ...world.ports, cells });
  };

  it('there is nothing to restrict where no way leads to the database, which the answer says', async () => {
    const before = await databaseAccess(ref, world.ports);
    expect(await changedIn({})).toMatchObject({ ok: false, error: { code: 'not_implemented' } });
    expect(await databaseAccess(ref, world.ports)).toEqual(before);
  });

  it('the way through the Postgres gateway of the cell is restricted', async () => {
    const door = { postgres: { host: 'pg.cell.example.com', port: 5432 } };
    expect(await changedIn(door)).toMatchObject({ ok: true, value: { allowedCidrs: [] } });
    expect(await databaseAccess(ref, world.ports)).toMatchObject({ allowedCidrs: [] });
  });
});

it('keeps an audit event of every change', async () => {
  expect(await api.audited()).toEqual(
    expect.arrayContaining([
      'project.ssl_enforcement.update',
      'project.network_restrictions.apply',
      'project.network_restrictions.change',
      'project.network_bans.lift',
    ]),
  );
});

it('leaves nothing behind when the project is deleted', async () => {
  expect((await call('DELETE', '')).status).toBe(200);
  await world.quiet();
  expect(await world.statusOf(ref)).toBe('GONE');
  expect((await world.table.query({ pk: `PROJECT#${ref}` })).items).toEqual([]);
});
