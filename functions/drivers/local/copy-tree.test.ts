import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyLiveTree, copyTree, publishTree } from './copy-tree.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bp-copy-'));
  mkdirSync(join(top, 'from/deep/empty'), { recursive: true });
  writeFileSync(join(top, 'from/private'), 'private', { mode: 0o600 });
  writeFileSync(join(top, 'from/deep/program'), 'program', { mode: 0o700 });
  writeFileSync(join(top, 'from/deep/open'), 'open');
  chmodSync(join(top, 'from/deep/open'), 0o644);
  symlinkSync('program', join(top, 'from/deep/link'));
});
afterEach(() => rmSync(top, { recursive: true }));

const modeOf = (path: string) => statSync(join(top, path)).mode & 0o777;
const contents = (folder: string) =>
  ['private', 'deep/program', 'deep/open'].map((name) => readFileSync(join(top, folder, name), 'utf8'));

describe('a private copy', () => {
  it('has everything, and is its owner’s alone', async () => {
    await copyTree(join(top, 'from'), join(top, 'to'));
    expect(contents('to')).toEqual(['private', 'program', 'open']);
    expect(['to', 'to/deep', 'to/deep/empty'].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
    expect(['to/private', 'to/deep/program'].map(modeOf)).toEqual([0o600, 0o700]);
    expect(readlinkSync(join(top, 'to/deep/link'))).toBe('program');
  });

  it('does not follow the original', async () => {
    await copyTree(join(top, 'from'), join(top, 'to'));
    writeFileSync(join(top, 'from/deep/open'), 'changed');
    expect(contents('to')).toEqual(['private', 'program', 'open']);
  });

  it.skipIf(process.getuid?.() !== 0)('is given to the user it is for, links and all', async () => {
    await copyTree(join(top, 'from'), join(top, 'to'), { uid: 31_000, gid: 31_001 });
    const owned = ['', 'private', 'deep', 'deep/program', 'deep/empty'].map((name) =>
      lstatSync(join(top, 'to', name)),
    );
    expect(new Set(owned.map(({ uid, gid }) => `${uid}:${gid}`))).toEqual(new Set(['31000:31001']));
  });
});

describe('a copy of what its user writes to meanwhile', () => {
  it('leaves out what is to be left out', async () => {
    await copyLiveTree(join(top, 'from'), join(top, 'to'), (name) => name === 'deep');
    expect(readdirSync(join(top, 'to'))).toEqual(['private']);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'has nothing that is not the user’s, and leads nowhere else',
    async () => {
      const owner = { uid: 31_000, gid: 31_001 };
      for (const name of ['', 'private', 'deep']) chownSync(join(top, 'from', name), owner.uid, owner.gid);
      writeFileSync(join(top, 'from/deep/own'), 'own');
      chownSync(join(top, 'from/deep/own'), owner.uid, owner.gid);
      await copyLiveTree(join(top, 'from'), join(top, 'to'), () => false, { uid: 31_002, gid: 31_003 });
      expect(readdirSync(join(top, 'to/deep')).toSorted()).toEqual(['empty', 'link', 'own']);
      const copied = statSync(join(top, 'to/private'));
      expect([copied.uid, copied.gid, readFileSync(join(top, 'to/private'), 'utf8')]).toEqual([
        31_002,
        31_003,
        'private',
      ]);
    },
  );
});

describe('a public copy', () => {
  it('can be read and run by all, whatever the umask and the originals are', async () => {
    const umask = process.umask(0o077);
    try {
      await publishTree(join(top, 'from'), join(top, 'to'), (name) => name === 'empty');
    } finally {
      process.umask(umask);
    }
    expect(contents('to')).toEqual(['private', 'program', 'open']);
    expect(['to', 'to/deep'].map(modeOf)).toEqual([0o755, 0o755]);
    expect(['to/private', 'to/deep/program', 'to/deep/open'].map(modeOf)).toEqual([0o644, 0o755, 0o644]);
    expect(() => statSync(join(top, 'to/deep/empty'))).toThrow('ENOENT');
    expect(modeOf('from/private')).toBe(0o600);
  });

  it('takes no room for what is open already', async () => {
    await publishTree(join(top, 'from'), join(top, 'to'));
    expect(statSync(join(top, 'to/deep/open')).ino).toBe(statSync(join(top, 'from/deep/open')).ino);
    expect(statSync(join(top, 'to/private')).ino).not.toBe(statSync(join(top, 'from/private')).ino);
  });
});
