import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud } from './cloud.ts';

let cloud: Cloud;
let ref: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref } = await cloud.healthy('logins'));
}, 90_000);
afterAll(() => cloud.destroy());

const roleSchema = z.object({ role: z.string(), password: z.string(), ttl_seconds: z.int() });

async function newRole(readOnly: boolean) {
  const answer = await cloud.call('POST', `/v1/projects/${ref}/cli/login-role`, { read_only: readOnly });
  expect(answer.status).toBe(201);
  return roleSchema.parse(answer.body);
}

async function as<T>({ role, password }: z.infer<typeof roleSchema>, work: (client: Client) => Promise<T>) {
  const host = join(realpathSync(join(cloud.home, 'projects', ref)), 's');
  const client = new Client({ host, user: role, password, database: 'postgres' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('a login role', () => {
  it('acts as postgres, as the CLI asks it to', async () => {
    const role = await newRole(false);
    expect(role).toMatchObject({ role: expect.stringMatching(/^cli_login_/), ttl_seconds: 3600 });
    const rows = await as(role, async (client) => {
      await client.query('set session role postgres');
      await client.query('create table by_login ()');
      return (await client.query("select tableowner from pg_tables where tablename = 'by_login'")).rows;
    });
    expect(rows).toEqual([{ tableowner: 'postgres' }]);
  });

  it('that only reads cannot write', async () => {
    const write = as(await newRole(true), (client) => client.query('create table by_reader ()'));
    await expect(write).rejects.toMatchObject({ code: '25006' });
  });

  it('ends with the next one, and when it is deleted', async () => {
    const first = await newRole(false);
    const second = await newRole(false);
    await expect(as(first, (client) => client.query('select 1'))).rejects.toMatchObject({ code: '28P01' });
    await as(second, (client) => client.query('select 1'));
    const deleted = await cloud.call('DELETE', `/v1/projects/${ref}/cli/login-role`);
    expect([deleted.status, deleted.body]).toEqual([200, { message: 'ok' }]);
    await expect(as(second, (client) => client.query('select 1'))).rejects.toMatchObject({ code: '28P01' });
  });

  it('is not for the owner of the database to prolong', async () => {
    const { role } = await newRole(false);
    const prolong = cloud.sql(ref, `alter role ${role} valid until 'infinity'`);
    await expect(prolong).rejects.toThrow('42501');
  });
});
