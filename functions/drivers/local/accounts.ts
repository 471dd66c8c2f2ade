import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PortError } from '../../core/kernel/errors.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { unlessAbsent } from './failures.ts';
import type { Owner } from './supervised.ts';

/** Above what distributions give to people and services, below what container runtimes and `nobody` use. */
const FIRST_UID = 30_000;
const UIDS = 30_000;

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * As whom the clusters run. Postgres refuses to run as root, and two projects must not read each other's files, so
 * a supervisor that is root gives every cluster a uid of its own. An ordinary user has only their own.
 */
export class Accounts {
  readonly #random: Random;
  readonly #asRoot: boolean;
  readonly #given = new Set<number>();

  constructor(random: Random) {
    this.#random = random;
    this.#asRoot = process.getuid?.() === 0;
  }

  /** Whether clusters run as somebody else than the supervisor. */
  get separate(): boolean {
    return this.#asRoot;
  }

  /** A uid that no account, no process and none of `used` has. Random, because other homes draw from the range too. */
  async allocate(used: readonly number[]): Promise<Owner | undefined> {
    if (!this.#asRoot) return undefined;
    const accounts = (await readAccounts()).map((account) => account.uid);
    const taken = new Set([...used, ...accounts, ...processOwners()]);
    for (let tries = 0; tries < UIDS; tries += 1) {
      const uid = FIRST_UID + (Buffer.from(this.#random.bytes(4)).readUInt32LE() % UIDS);
      if (taken.has(uid) || this.#given.has(uid)) continue;
      this.#given.add(uid);
      return { uid, gid: uid };
    }
    throw new PortError('Every uid from 30000 to 59999 is in use on this machine.', {
      suggestion: 'Start as an ordinary user instead of root.',
    });
  }

  release(owner: Owner | undefined): void {
    if (owner !== undefined) this.#given.delete(owner.uid);
  }

  /** initdb looks its own account up, so it needs one that has a name. */
  async named(): Promise<Owner | undefined> {
    if (!this.#asRoot) return undefined;
    const accounts = (await readAccounts()).filter(({ uid }) => uid > 0 && uid < 2 ** 31);
    const account = accounts.find(({ name }) => name === 'nobody') ?? accounts[0];
    if (account === undefined) {
      throw new PortError('/etc/passwd names no account but root, and Postgres refuses to run as root.', {
        suggestion: 'Add an account called nobody, or start as an ordinary user.',
      });
    }
    return { uid: account.uid, gid: account.gid };
  }
}

function processOwners(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? []);
}

async function readAccounts(): Promise<readonly Account[]> {
  const text = (await unlessAbsent(readFile('/etc/passwd', 'utf8'))) ?? '';
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name === undefined || uid === undefined || gid === undefined
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}
