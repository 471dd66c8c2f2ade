import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareHome, prepareRoot, rootElsewhere } from './data-root.ts';

let top: string;
let home: string;
let elsewhere: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bp-root-'));
  chmodSync(top, 0o755);
  home = join(top, 'home');
  elsewhere = join(top, 'elsewhere');
});
afterEach(() => rmSync(top, { recursive: true }));

const prepare = async (identity = 'one', separate = true) =>
  (await prepareRoot({ home, separate, elsewhere, identity })).path;

describe('the root of the clusters', () => {
  it('is the home when its owner runs everything', async () => {
    await prepareHome(home, false);
    expect(await prepare('one', false)).toBe(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('is the home when other users get through to it', async () => {
    await prepareHome(home, true);
    expect(await prepare()).toBe(home);
    expect(statSync(home).mode & 0o777).toBe(0o711);
  });

  it.each(['home', 'parent'])('is elsewhere when the %s lets nobody through', async (what) => {
    await prepareHome(home, true);
    chmodSync(what === 'home' ? home : top, 0o700);
    const root = await prepare();
    expect(root).toBe(rootElsewhere(elsewhere, home));
    expect(statSync(root).mode & 0o777).toBe(0o711);
    expect(readdirSync(home)).toEqual([]);
    writeFileSync(join(root, 'kept'), '');
    expect(await prepare()).toBe(root);
    expect(existsSync(join(root, 'kept'))).toBe(true);
  });

  it('elsewhere is begun anew when the home is another one at the same path', async () => {
    mkdirSync(home, { mode: 0o700 });
    const root = await prepare('one');
    writeFileSync(join(root, 'stale'), '');
    expect(await prepare('two')).toBe(root);
    expect(readdirSync(root).toSorted()).toEqual(['cache', 'owner']);
  });

  it('elsewhere is deleted at the next start of any home once its own is gone', async () => {
    mkdirSync(home, { mode: 0o700 });
    const root = await prepare();
    mkdirSync(join(elsewhere, 'not ours'));
    rmSync(home, { recursive: true });
    const other = join(top, 'other');
    await prepareHome(other, true);
    const { path } = await prepareRoot({ home: other, separate: true, elsewhere, identity: 'other' });
    expect(path).toBe(other);
    expect(existsSync(root)).toBe(false);
    expect(readdirSync(elsewhere)).toEqual(['not ours']);
  });
});
