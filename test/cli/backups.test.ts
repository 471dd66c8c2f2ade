import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud, type Keys, until } from '../local/cloud.ts';
import { runCli } from './cli.ts';

let cloud: Cloud;
let ref: string;
let keys: Keys;
let cwd: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref, keys } = await cloud.healthy('backed up'));
  cwd = mkdtempSync(join(tmpdir(), 'backups-cli-'));
});
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await cloud.destroy();
});

async function cli(...args: readonly string[]): Promise<string> {
  const options = { home: cloud.home, token: cloud.local.access_token, cwd };
  const { code, stdout, stderr } = await runCli([...args, `--remote=${ref}`], options);
  expect(code, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const notes = async () => (await cloud.client(ref, keys.serviceRole).from('notes').select('note')).data;

it('lists backups and puts the database back to a time, also when the control plane dies meanwhile', async () => {
  const path = `/v1/projects/${ref}/database/backups`;
  await cloud.sql(ref, "create table notes (note text); insert into notes values ('kept')");
  expect((await cloud.call('POST', `${path}/restore-point`, { name: 'good' })).status).toBe(201);
  const passed = async (second: number) => (Date.now() / 1000 > second ? true : undefined);
  const target = Math.floor(Date.now() / 1000) + 1;
  await until('the next second', () => passed(target + 0.1));
  await cloud.sql(ref, "insert into notes values ('a mistake')");
  expect(await cli('backups', 'list')).toMatch(/PHYSICAL|COMPLETED|true/i);
  await cli('backups', 'restore', `--timestamp=${target}`, '--yes');
  await cloud.end('SIGKILL');
  await cloud.launch();
  await cloud.reaches(ref, 'ACTIVE_HEALTHY');
  expect(await until('REST to serve', async () => (await notes()) ?? undefined)).toEqual([{ note: 'kept' }]);
}, 60_000);
