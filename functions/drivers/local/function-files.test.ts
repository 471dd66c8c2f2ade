import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { LocalFunctionFiles } from './function-files.ts';
import { LocalObjects } from './objects.ts';

const OWNER = { uid: 31_007, gid: 31_007 };
const FILES = [{ path: 'lib/index.ts', content: Buffer.from('serve()') }];
const { ref } = newStack();

let root: string;
let files: LocalFunctionFiles;
const path = (...parts: readonly string[]) => join(root, 'functions', ref, ...parts);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'function-files-'));
  chmodSync(root, 0o711);
  const separate = process.getuid?.() === 0;
  const cluster = { id: 'c', folder: root, data: root, sockets: root, outbox: root, logs: root };
  files = new LocalFunctionFiles({
    objects: new LocalObjects(root),
    clusters: { ofProject: async () => cluster, owner: async () => (separate ? OWNER : undefined) },
  });
});
afterEach(() => rmSync(root, { recursive: true }));

const published = {
  slug: 'hello',
  version: 1,
  status: 'ACTIVE' as const,
  verify_jwt: true,
  entrypoint_path: 'lib/index.ts',
  import_map_path: null,
  bundle: 'b1',
};

it('shows nobody but the project’s own user what was deployed', async () => {
  await files.put(ref, 'hello', 'b1', FILES);
  await files.publish(ref, published);
  await files.publishSecrets(ref, Buffer.from('sealed'));
  for (const folder of [path(), path('hello'), path('hello', 'b1'), path('hello', 'b1', 'lib')])
    expect((statSync(folder).mode & 0o777).toString(8), folder).toBe('750');
  for (const file of [
    path('hello', 'function.json'),
    path('hello', 'b1', 'lib', 'index.ts'),
    path('.secrets'),
  ])
    expect((statSync(file).mode & 0o777).toString(8), file).toBe('640');
});

it.runIf(process.getuid?.() === 0)('lets the project’s user read and not write', async () => {
  await files.put(ref, 'hello', 'b1', FILES);
  await files.publish(ref, published);
  const as = (command: string) => spawnSync('sh', ['-c', command], { ...OWNER, encoding: 'utf8' });
  expect(as(`cat ${path('hello', 'b1', 'lib', 'index.ts')}`).stdout).toBe('serve()');
  expect(as(`cat ${path('hello', 'function.json')}`).status).toBe(0);
  for (const command of [
    `echo x > ${path('hello', 'function.json')}`,
    `ln -s /etc ${path('other')}`,
    `mv ${path('hello')} ${path('moved')}`,
    `rm ${path('hello', 'b1', 'lib', 'index.ts')}`,
  ])
    expect(as(command).status, command).not.toBe(0);
});

it('takes no notice of what a crash has left behind', async () => {
  mkdirSync(path('hello', '.b1.draft', 'lib'), { recursive: true });
  writeFileSync(path('hello', '.b1.draft', 'lib', 'index.ts'), 'half');
  writeFileSync(path('hello', '.function.json.draft'), 'half');
  expect(await files.get(ref, 'hello', 'b1')).toBeUndefined();
  await files.put(ref, 'hello', 'b1', FILES);
  await files.publish(ref, published);
  expect(
    (await files.get(ref, 'hello', 'b1'))?.map(({ content }) => Buffer.from(content).toString()),
  ).toEqual(['serve()']);
  expect(existsSync(path('hello', '.b1.draft'))).toBe(false);
});
