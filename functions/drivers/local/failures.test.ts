import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PortError } from '../../core/kernel/errors.ts';
import { attempt, unlessAbsent } from './failures.ts';

async function raised(work: () => Promise<unknown>): Promise<unknown> {
  return attempt('keep a file', work).then(
    () => 'no error',
    (error: unknown) => error,
  );
}
const withCode = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('what the operating system refuses', () => {
  it.skipIf(process.platform !== 'linux')('is one clear sentence when the disk is full', async () => {
    const full = async () => {
      await using file = await open('/dev/full', 'w');
      await file.writeFile('x');
    };
    expect(await raised(full)).toMatchObject({
      name: 'PortError',
      message: 'Could not keep a file: the disk is full.',
      suggestion: expect.stringContaining('Free some space'),
      cause: { code: 'ENOSPC' },
    });
  });

  it.each([
    ['EDQUOT', 'PortError'],
    ['EROFS', 'PortError'],
    ['EACCES', 'PortError'],
    ['EMFILE', 'TransientError'],
    ['EAGAIN', 'TransientError'],
  ])('%s is a %s', async (code, name) => {
    expect(await raised(withCode(code))).toMatchObject({ name });
  });

  it('stays what it is when it is a bug or already translated', async () => {
    const translated = new PortError('said already');
    expect(await raised(() => Promise.reject(translated))).toBe(translated);
    const bug = new TypeError('a bug');
    expect(await raised(() => Promise.reject(bug))).toBe(bug);
    expect(await raised(withCode('EISDIR'))).toMatchObject({ name: 'Error', code: 'EISDIR' });
  });
});

describe('a file that may be absent', () => {
  it('is undefined then, and other failures stay failures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bp-absent-'));
    writeFileSync(join(folder, 'there'), 'content');
    expect(await unlessAbsent(readFile(join(folder, 'there'), 'utf8'))).toBe('content');
    expect(await unlessAbsent(readFile(join(folder, 'absent'), 'utf8'))).toBeUndefined();
    await expect(unlessAbsent(writeFile(folder, ''))).rejects.toMatchObject({ code: 'EISDIR' });
    rmSync(folder, { recursive: true });
  });
});
