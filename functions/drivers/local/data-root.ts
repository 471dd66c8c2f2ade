import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { attempt, unlessAbsent } from './failures.ts';
import { endProcesses, processesUnder } from './orphans.ts';

const OTHERS_MAY_PASS = 0o001;

/** Makes the state directory, in such a way that the clusters' users can get through it to their own folders. */
export async function prepareHome(home: string, separate: boolean): Promise<void> {
  await attempt('make the state directory', () =>
    mkdir(home, { recursive: true, mode: separate ? 0o711 : 0o700 }),
  );
}

export interface RootChoice {
  /** The state directory, absolute. */
  readonly home: string;
  /** Whether clusters run under uids of their own, which have to get to their folders. */
  readonly separate: boolean;
  /** Where roots go whose home others cannot pass through; each is named by its home. */
  readonly elsewhere: string;
  /** Tells a home from one that was deleted and made again at the same path. Not a secret. */
  readonly identity: string;
}

export interface Root {
  /** Holds the clusters, the markers and the projects' files. */
  readonly path: string;
  /** Holds what can be made again: programs and the database template. */
  readonly cache: string;
}

/**
 * The folder that holds the clusters: the home itself, or, where a cluster's uid could not get through to it, a
 * folder of its own under `elsewhere` that notes in `owner` whose it is.
 */
export function prepareRoot(choice: RootChoice): Promise<Root> {
  return attempt('prepare the state directory', async () => {
    const path = await choose(choice);
    const cache = join(path, 'cache');
    await mkdir(cache, { recursive: true });
    await chmod(cache, choice.separate ? 0o711 : 0o700);
    return { path, cache };
  });
}

async function choose({ home, separate, elsewhere, identity }: RootChoice): Promise<string> {
  if (!separate) return home;
  await collect(elsewhere);
  if (await isPassable(home)) return home;
  const root = rootElsewhere(elsewhere, home);
  const owner = JSON.stringify({ home, identity });
  const present = await unlessAbsent(readFile(join(root, 'owner'), 'utf8'));
  if (present !== undefined && present !== owner) await removeRoot(root);
  await mkdir(root, { recursive: true, mode: 0o711 });
  for (const folder of [elsewhere, root]) await chmod(folder, 0o711);
  await writeFileAtomic(join(root, 'owner'), owner);
  return root;
}

export function rootElsewhere(elsewhere: string, home: string): string {
  return join(elsewhere, createHash('sha256').update(home).digest('hex').slice(0, 12));
}

/** Whether every folder from the top down to `path` lets any user through. */
export async function isPassable(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & OTHERS_MAY_PASS) === 0) return false;
  return dirname(path) === path || isPassable(dirname(path));
}

/** Deletes the roots whose home is gone: deleting the state directory is how a person starts over. */
async function collect(elsewhere: string): Promise<void> {
  for (const name of (await unlessAbsent(readdir(elsewhere))) ?? []) {
    const root = join(elsewhere, name);
    const owner = await unlessAbsent(readFile(join(root, 'owner'), 'utf8'));
    const home = owner === undefined ? undefined : homeOf(owner);
    if (home !== undefined && (await unlessAbsent(stat(home))) === undefined) await removeRoot(root);
  }
}

function homeOf(owner: string): string | undefined {
  const value: unknown = JSON.parse(owner);
  return typeof value === 'object' && value !== null && 'home' in value && typeof value.home === 'string'
    ? value.home
    : undefined;
}

async function removeRoot(root: string): Promise<void> {
  await endProcesses(() => processesUnder(join(root, 'clusters'), []));
  await rm(root, { recursive: true, force: true });
}
