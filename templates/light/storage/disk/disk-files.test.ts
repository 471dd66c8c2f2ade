import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addressOf, HEADERS, pieces } from '../../../../test/light/storage-files-fixture.ts';
import { filesContract } from '../../../../test/light/storage-files.contract.ts';
import type { ObjectFiles } from '../objects.port.ts';
import { DiskFiles } from './disk-files.ts';

async function makeFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'files-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

filesContract('a folder', async () => DiskFiles.open(await makeFolder()));

test('nothing of a name is on the disk, and nobody else may read what is', async () => {
  const root = await makeFolder();
  const files: ObjectFiles = await DiskFiles.open(root);
  const address = addressOf('../secret name', '..');
  await files.put(address, pieces(Buffer.from('x')), HEADERS);
  await files.uploads.begin(addressOf('../secret name', '..'), HEADERS, 'note');
  const paths = await readdir(root, { recursive: true });
  expect(paths).toContain(join('objects', address.version.slice(0, 2), address.version));
  for (const path of paths) {
    expect(path).toMatch(/^(incoming|objects|uploads)(\/[0-9a-f]{2})?(\/[0-9a-f-]{36}(\.data|\.note)?)?$/);
    expect((await stat(join(root, path))).mode & 0o077).toBe(0);
  }
});
