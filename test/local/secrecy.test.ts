import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud, type Keys } from './cloud.ts';
import { allArguments, allEnvironments } from './machine.ts';

const PASSWORD = 'p4ssw0rd-of-the-owner';
const FUNCTION_SECRET = 'f0r-the-functions-alone';
let cloud: Cloud;
let keys: Keys;

beforeAll(async () => {
  cloud = await Cloud.start();
  const project = await cloud.healthy('secretive', { db_pass: PASSWORD });
  keys = project.keys;
  await cloud.sql(project.ref, 'create table notes (id int)');
  await cloud.client(project.ref, keys.serviceRole).from('notes').select();
  await fetch(`${cloud.url}/p/${project.ref}/rest/v1/notes?apikey=${keys.anon}`);
  await cloud.call('POST', `/v1/projects/${project.ref}/database/query`, {
    query: `alter role postgres password '${PASSWORD}'; selec`,
  });
  await cloud.call('POST', `/v1/projects/${project.ref}/pause`);
  await cloud.reaches(project.ref, 'INACTIVE');
  await cloud.call('POST', `/v1/projects/${project.ref}/restore`);
  await cloud.reaches(project.ref, 'ACTIVE_HEALTHY');
  const secret = [{ name: 'TOKEN', value: FUNCTION_SECRET }];
  await cloud.call('POST', `/v1/projects/${project.ref}/secrets`, secret);
  const body = `Deno.serve(() => Response.json(Deno.env.get('TOKEN').length));`;
  await cloud.call('POST', `/v1/projects/${project.ref}/functions`, { slug: 'holder', name: 'Holder', body });
  const { data } = await cloud.client(project.ref, keys.anon).functions.invoke('holder');
  expect(data).toBe(FUNCTION_SECRET.length);
});
afterAll(() => cloud.destroy());

const secrets = () => [
  PASSWORD,
  FUNCTION_SECRET,
  keys.anon,
  keys.serviceRole,
  keys.publishable,
  keys.secret,
  cloud.local.access_token,
];

it('no secret is in a process’s arguments or environment', () => {
  const seen = allArguments() + allEnvironments();
  expect(seen).toContain(cloud.home);
  for (const secret of secrets()) expect(seen).not.toContain(secret);
});

it('no secret is in what the cloud prints', () => {
  expect(cloud.output).toContain('Baseplane is ready');
  for (const secret of secrets()) expect(cloud.output).not.toContain(secret);
});

it('no secret rests in the clear but the token in local.json', () => {
  const files = readdirSync(cloud.home, { recursive: true })
    .map((name) => join(cloud.home, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  const logs = files.filter((path) => path.endsWith('.log') || path.endsWith('.jsonl'));
  expect(logs.length).toBeGreaterThan(0);
  const holding = files.filter((path) => {
    // What Postgres keeps of its owner's statements is the owner's own.
    if (path.includes('/pgdata/')) return false;
    const content = readFileSync(path).toString('latin1');
    return secrets().some((secret) => content.includes(secret));
  });
  expect(holding).toEqual([join(cloud.home, 'local.json')]);
  expect(statSync(join(cloud.home, 'local.json')).mode & 0o777).toBe(0o600);
});
