import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMasterKey } from './master-key.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bp-key-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('the master key', () => {
  it('is made once, whoever comes first, for its owner alone', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => openMasterKey(home, random)));
    keys.push(await openMasterKey(home, random));
    expect(new Set(keys.map((key) => key.derive('a').toString('hex'))).size).toBe(1);
    expect(readdirSync(home)).toEqual(['master.key']);
    expect(statSync(join(home, 'master.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home, 'master.key'))).toHaveLength(32);
  });

  it('gives each purpose a key that tells nothing of another', async () => {
    const key = await openMasterKey(home, random);
    expect(key.derive('a')).not.toEqual(key.derive('b'));
    expect(key.derive('a')).not.toEqual(readFileSync(join(home, 'master.key')));
  });

  it('that is damaged is refused, not replaced', async () => {
    writeFileSync(join(home, 'master.key'), 'short');
    await expect(openMasterKey(home, random)).rejects.toMatchObject({
      name: 'PortError',
      message: expect.stringContaining('is damaged: it holds 5 bytes, not 32'),
    });
    expect(readFileSync(join(home, 'master.key'), 'utf8')).toBe('short');
  });
});
