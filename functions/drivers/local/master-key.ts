import { createHmac } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '../../core/kernel/errors.ts';
import { randomLetters } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { syncFolder } from './atomic-file.ts';
import { attempt, codeOf, unlessAbsent } from './failures.ts';

const BYTES = 32;

/** The one key of a state directory. Everything else that is secret is encrypted with it or derived from it. */
export class MasterKey {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** A key of its own for each purpose, so that none tells about another. */
  derive(purpose: string): Buffer {
    return createHmac('sha256', this.#key).update(purpose).digest();
  }
}

/** Reads `<home>/master.key`, made the first time. */
export function openMasterKey(home: string, random: Random): Promise<MasterKey> {
  return attempt('read the master key', async () => {
    const path = join(home, 'master.key');
    const present = await unlessAbsent(readFile(path));
    const key = present ?? (await create(home, path, random));
    if (key.length === BYTES) return new MasterKey(key);
    throw new PortError(`${path} is damaged: it holds ${key.length} bytes, not ${BYTES}.`, {
      suggestion:
        'Put the key back from a backup; without it the secrets in this state directory cannot be read.',
    });
  });
}

/** Written whole before it gets its name: a crash leaves no half key, and of two starts at once one key wins. */
async function create(home: string, path: string, random: Random): Promise<Uint8Array> {
  const draft = `${path}.${randomLetters(random, 8)}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(random.bytes(BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(home);
  return readFile(path);
}
