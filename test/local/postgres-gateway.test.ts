import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteTable } from '../../functions/drivers/sqlite/table.ts';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { storedActivity } from '../../functions/core/project/activity.ts';
import { z } from 'zod';
import { Raw, refusalIn, startup } from '../postgres-gateway/raw.ts';
import { Cloud, freePort, until } from './cloud.ts';
import { processesOf } from './machine.ts';

const PASSWORD = 'a pass phrase of the owner';

let cloud: Cloud;
let port: number;
let ref: string;
let ca: string;

beforeAll(async () => {
  port = await freePort();
  cloud = await Cloud.start({ BASEPLANE_PG_PORT: String(port) });
  ({ ref } = await cloud.healthy('behind the gateway', { db_pass: PASSWORD }));
  const local = z
    .object({ ca_cert: z.string() })
    .parse(JSON.parse(readFileSync(join(cloud.home, 'local.json'), 'utf8')));
  ca = readFileSync(local.ca_cert, 'utf8');
});

afterAll(() => cloud.destroy());

async function connect(more: ClientConfig = {}): Promise<Client> {
  const user = `postgres.${ref}`;
  const client = new Client({
    host: 'localhost',
    port,
    user,
    password: PASSWORD,
    database: 'postgres',
    ...more,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const tls = () => ({ ca });

/** Connects and leaves; what Postgres or the gateway had against it, if anything. */
async function attempt(more: ClientConfig = {}): Promise<{ code?: string; message: string } | undefined> {
  try {
    await (await connect(more)).end();
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
    return { ...code, message: error instanceof Error ? error.message : String(error) };
  }
}

describe('the door to a project’s Postgres', () => {
  it('lets the owner in by password, in the clear and over TLS', async () => {
    for (const ssl of [false, tls()]) {
      const client = await connect({ ssl });
      expect((await client.query('select current_user as name')).rows).toEqual([{ name: 'postgres' }]);
      await client.end();
    }
  });

  it('lets nobody in without the right one, whoever they say they are', async () => {
    const roles = [
      'postgres',
      'supabase_admin',
      'authenticator',
      'light_service',
      'supabase_read_only_user',
      'anon',
    ];
    for (const role of roles) {
      for (const password of ['', 'postgres', 'wrong']) {
        expect(await attempt({ user: `${role}.${ref}`, password })).toMatchObject({
          message: expect.stringMatching(/password/),
        });
      }
      await lift();
    }
    const starts = [
      { user: `supabase_admin.${ref}`, replication: 'true' },
      { user: `supabase_admin.${ref}`, replication: 'database', database: 'postgres' },
      { user: `supabase_admin.${ref}`, database: 'template1' },
      { user: `postgres.${ref}`, options: '-c role=supabase_admin' },
      { user: `"supabase_admin".${ref}` },
      { user: `+postgres.${ref}` },
      { user: `all.${ref}` },
      { user: `root.${ref}` },
    ];
    for (const parameters of starts) {
      const raw = await Raw.open(port);
      raw.send(startup(parameters));
      const [first] = await raw.messages('R');
      // AuthenticationSASL: what an empty body of trust would not be.
      expect(first?.body.toString('latin1')).toBe('\0\0\0\nSCRAM-SHA-256\0\0');
      raw.socket.destroy();
    }
    await lift();
  });

  it('answers for a project that is not there as for a role that is not there', async () => {
    const known = await attempt({ user: `nobody.${ref}` });
    const unknown = await attempt({ user: 'nobody.aaaaaaaaaaaaaaaaaaaa' });
    expect(unknown).toEqual(known);
    await lift();
  });

  it('wakes a paused project, and tells its sessions when it is paused', async () => {
    const client = await connect();
    const lost = new Promise<unknown>((resolve) => client.once('error', resolve));
    await cloud.call('POST', `/v1/projects/${ref}/pause`);
    expect(await lost).toMatchObject({ code: '57P01' });
    await cloud.reaches(ref, 'INACTIVE');
    const woken = await Promise.all(Array.from({ length: 10 }, () => connect()));
    for (const each of woken) {
      expect((await each.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await each.end();
    }
  });

  it('opens for a project that is a database alone', async () => {
    const alone = await cloud.healthy('alone', { template: 'base', db_pass: PASSWORD });
    await cloud.call('POST', `/v1/projects/${alone.ref}/pause`);
    await cloud.reaches(alone.ref, 'INACTIVE');
    expect((await fetch(`${cloud.url}/p/${alone.ref}/rest/v1/`)).status).toBe(404);
    expect((await cloud.project(alone.ref))?.status).toBe('INACTIVE');
    expect(await attempt({ user: `postgres.${alone.ref}` })).toBeUndefined();
  });
});

async function lift(): Promise<void> {
  const body = { ipv4_addresses: ['127.0.0.1'], requester_ip: false };
  await cloud.call('DELETE', `/v1/projects/${ref}/network-bans`, body);
}

describe('the owner decides', () => {
  it('that there is no connection without TLS', async () => {
    const set = (database: boolean) =>
      cloud.call('PUT', `/v1/projects/${ref}/ssl-enforcement`, { requestedConfig: { database } });
    expect((await set(true)).status).toBe(200);
    expect(await attempt()).toMatchObject({ code: '28000', message: 'SSL connection is required' });
    expect(await attempt({ ssl: tls() })).toBeUndefined();
    await set(false);
    expect(await attempt()).toBeUndefined();
  });

  it('from where connections are taken', async () => {
    const apply = (dbAllowedCidrs: readonly string[]) =>
      cloud.call('POST', `/v1/projects/${ref}/network-restrictions/apply`, { dbAllowedCidrs });
    expect((await apply(['203.0.113.0/24'])).status).toBe(201);
    expect(await attempt({ host: '127.0.0.1' })).toMatchObject({
      code: '28000',
      message: 'the project takes no connections from 127.0.0.1',
    });
    await cloud.call('POST', `/v1/projects/${ref}/pause`);
    await cloud.reaches(ref, 'INACTIVE');
    expect(await attempt({ host: '127.0.0.1' })).toMatchObject({ code: '28000' });
    expect((await cloud.project(ref))?.status).toBe('INACTIVE');
    await apply(['127.0.0.0/8']);
    expect(await attempt({ host: '127.0.0.1' })).toBeUndefined();
  });

  it('when an address that has guessed too often may come again', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await attempt({ host: '127.0.0.1', password: 'a guess' })).toMatchObject({ code: '28P01' });
    }
    await until('the ban', async () => {
      const found = await attempt({ host: '127.0.0.1' });
      return found?.message.includes('too many wrong passwords') === true ? true : undefined;
    });
    const bans = await cloud.call('POST', `/v1/projects/${ref}/network-bans/retrieve`);
    expect(bans.body).toEqual({ banned_ipv4_addresses: ['127.0.0.1'] });
    await lift();
    expect(await attempt({ host: '127.0.0.1' })).toBeUndefined();
  });
});

it('tells who came without a project’s name how to name it', async () => {
  const raw = await Raw.open(port);
  raw.send(startup({ user: 'postgres' }));
  expect(refusalIn(await raw.messages('Z'))?.hint).toContain('<role>.<project ref>');
});

it('ends with the cloud: its clients are told, and nothing runs on; the project’s use is known', async () => {
  const client = await connect({ ssl: tls() });
  await client.query('select now()');
  const { anon } = await cloud.keys(ref);
  await fetch(`${cloud.url}/p/${ref}/auth/v1/settings`, { headers: { apikey: anon } });
  await fetch(`${cloud.url}/p/${ref}/rest/v1/`);
  const lost = new Promise<unknown>((resolve) => client.once('error', resolve));
  const begun = new Date(Date.now() - 60_000).toISOString();
  expect(await cloud.end()).toBe(0);
  expect(await lost).toMatchObject({ code: '57P01' });
  expect(processesOf(cloud.home)).toEqual([]);
  const table = openSqliteTable({ path: join(cloud.home, 'state.db'), clock: { now: () => new Date() } });
  const { postgres, auth, rest } = await storedActivity(projectRefSchema.parse(ref), table);
  expect((postgres ?? '') > begun && (auth ?? '') > begun).toBe(true);
  // Who has no key does not use it.
  expect(rest).toBeUndefined();
  table.close();
});
