import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeOthers } from './cache.ts';

it('keeps the current one of a kind, and every other kind', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'bp-cache-'));
  for (const name of ['light-1', 'light-2', 'light-2.tmp', 'template-1'])
    mkdirSync(join(cache, name, 'deep'), { recursive: true });
  await removeOthers(cache, 'light-', join(cache, 'light-2'));
  expect(readdirSync(cache).toSorted()).toEqual(['light-2', 'template-1']);
  rmSync(cache, { recursive: true });
});
