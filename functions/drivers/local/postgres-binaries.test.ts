import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgres } from './postgres-binaries.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bp-bin-'));
  chmodSync(top, 0o755);
  mkdirSync(join(top, 'cache'));
});
afterEach(() => rmSync(top, { recursive: true }));

const cache = () => join(top, 'cache');

/** A Postgres that only tells its version. */
function install(version: string, prefix = join(top, 'prefix')): string {
  for (const folder of ['bin', 'lib', 'share/postgresql', 'etc'])
    mkdirSync(join(prefix, folder), { recursive: true });
  for (const name of ['postgres', 'initdb', 'psql']) {
    writeFileSync(join(prefix, 'bin', name), `#!/bin/sh\necho "${version}"\n`, { mode: 0o755 });
  }
  writeFileSync(join(prefix, 'lib', 'libpq.so.5.17'), '');
  writeFileSync(join(prefix, 'share', 'postgresql', 'postgres.bki'), '');
  return join(prefix, 'bin');
}

describe('Postgres', () => {
  it('comes with the packages', async () => {
    const found = await findPostgres({ cache: cache(), separate: false });
    expect(found).toMatchObject({ major: 17, version: expect.stringContaining('PostgreSQL') });
  });

  it('is used where it is when everybody concerned can run it', async () => {
    const directory = install('postgres (PostgreSQL) 16.4');
    const found = await findPostgres({ directory, cache: cache(), separate: true });
    expect(found).toEqual({
      postgres: join(directory, 'postgres'),
      initdb: join(directory, 'initdb'),
      version: 'postgres (PostgreSQL) 16.4',
      major: 16,
    });
    expect(readdirSync(cache())).toEqual([]);
  });

  it('is found behind the links that a distribution makes', async () => {
    const directory = install('postgres (PostgreSQL) 16.4');
    mkdirSync(join(top, 'links'));
    symlinkSync(join(directory, 'postgres'), join(top, 'links', 'postgres'));
    const found = await findPostgres({ directory: join(top, 'links'), cache: cache(), separate: false });
    expect(found.initdb).toBe(join(directory, 'initdb'));
  });

  it('is copied, with what it needs and no more, when another user could not run it', async () => {
    const directory = install('postgres (PostgreSQL) 18.1');
    writeFileSync(
      join(top, 'prefix', 'pg-symlinks.json'),
      JSON.stringify([{ source: 'native/lib/libpq.so.5.17', target: 'native/lib/libpq.so.5' }]),
    );
    chmodSync(join(top, 'prefix'), 0o700);
    const found = await findPostgres({ directory, cache: cache(), separate: true });
    const [copy = ''] = readdirSync(cache());
    expect(found.postgres).toBe(join(cache(), copy, 'bin', 'postgres'));
    expect(statSync(join(cache(), copy)).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(cache(), copy)).toSorted()).toEqual(['bin', 'lib', 'share']);
    expect(readdirSync(join(cache(), copy, 'bin')).toSorted()).toEqual(['initdb', 'postgres']);
    expect(readdirSync(join(cache(), copy, 'lib')).toSorted()).toEqual(['libpq.so.5', 'libpq.so.5.17']);
    expect(await findPostgres({ directory, cache: cache(), separate: true })).toEqual(found);
    expect(readdirSync(cache())).toEqual([copy]);
  });

  it.each([
    ['no such folder', () => join(top, 'absent'), 'There is no postgres with its initdb in'],
    ['a version that is too old', () => install('postgres (PostgreSQL) 14.2'), 'cannot run projects'],
    ['a program that does not run', () => broken(), 'cannot be used'],
  ])('is refused with what to do about it: %s', async (_what, directoryOf, message) => {
    await expect(
      findPostgres({ directory: directoryOf(), cache: cache(), separate: false }),
    ).rejects.toMatchObject({
      name: 'PortError',
      message: expect.stringContaining(message),
      suggestion: expect.stringContaining('BASEPLANE_PG_BIN'),
    });
  });
});

function broken(): string {
  const directory = install('');
  writeFileSync(join(directory, 'postgres'), '#!/absent/interpreter\n', { mode: 0o755 });
  return directory;
}
