import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { removeOthers } from './cache.ts';
import { publishTree } from './copy-tree.ts';
import { isPassable } from './data-root.ts';
import { attempt, unlessAbsent } from './failures.ts';

export interface Program {
  readonly node: string;
  readonly main: string;
}

export interface ProgramOptions {
  /** Where it is installed. */
  readonly installed: Program;
  /** Where a copy goes if need be. */
  readonly cache: string;
  /** Whether other users have to be able to run it. */
  readonly separate: boolean;
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

const manifestSchema = z.object({
  version: z.string().default(''),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

const OTHERS_MAY_READ = 0o004;

/**
 * The light template where every cluster's user can run it. An installation below root's home, or one made with a
 * strict umask, is for root alone: then node, the template and the packages it needs are copied out of it.
 */
export function placeProgram(options: ProgramOptions): Promise<Program> {
  return attempt('prepare the services', async () => {
    const { installed, cache, separate } = options;
    if (!separate) return installed;
    const light = await packageOf(dirname(installed.main));
    const packages = [...(await closure(light, new Map([[light.folder, light]]))).values()];
    const needed = [
      installed.node,
      installed.main,
      ...packages.map(({ folder }) => join(folder, 'package.json')),
    ];
    if ((await Promise.all(needed.map(isOpen))).every(Boolean)) return installed;

    const copy = join(cache, `light-${await fingerprint(installed, light, packages)}`);
    const base = commonFolder(packages.map(({ folder }) => folder));
    if ((await unlessAbsent(stat(copy))) === undefined) await copyTo(copy, base, installed.node, packages);
    await removeOthers(cache, 'light-', copy);
    return { node: join(copy, 'bin', 'node'), main: join(copy, relative(base, installed.main)) };
  });
}

async function isOpen(path: string): Promise<boolean> {
  return ((await stat(path)).mode & OTHERS_MAY_READ) !== 0 && isPassable(dirname(path));
}

async function packageOf(folder: string): Promise<Package> {
  const { version } = await manifestOf(folder);
  return { folder: await realpath(folder), version };
}

async function manifestOf(folder: string): Promise<z.infer<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}

/**
 * The package and all it depends on, found as Node finds them. What is not installed was optional; a peer is the
 * dependency of another one.
 */
async function closure(of: Package, known: Map<string, Package>): Promise<ReadonlyMap<string, Package>> {
  const { dependencies, optionalDependencies } = await manifestOf(of.folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const folder = await installedAt(name, of.folder);
    if (folder === undefined || known.has(folder)) continue;
    const found = await packageOf(folder);
    known.set(folder, found);
    await closure(found, known);
  }
  return known;
}

async function installedAt(name: string, from: string): Promise<string | undefined> {
  const folder = await unlessAbsent(realpath(join(from, 'node_modules', name)));
  if (folder !== undefined || dirname(from) === from) return folder;
  return installedAt(name, dirname(from));
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...rest] = folders.map((folder) => folder.split(sep));
  const length = first.findIndex((part, at) => rest.some((other) => other[at] !== part));
  return first.slice(0, length < 0 ? undefined : length).join(sep);
}

async function fingerprint(
  installed: Program,
  light: Package,
  packages: readonly Package[],
): Promise<string> {
  const { size, mtimeMs } = await stat(installed.node);
  const hash = createHash('sha256').update(JSON.stringify([installed, size, mtimeMs, packages]));
  const entries = await readdir(light.folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

async function copyTo(copy: string, base: string, node: string, packages: readonly Package[]): Promise<void> {
  const draft = `${copy}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await makeOpen(draft);
  await publishTree(dirname(node), join(draft, 'bin'), (name) => name !== 'node');
  const folders = packages.map(({ folder }) => folder);
  // What lies inside another package comes along with that one.
  const outermost = folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}${sep}`)));
  for (const folder of outermost) {
    const target = join(draft, relative(base, folder));
    await makeOpen(dirname(target));
    await publishTree(folder, target);
  }
  await rename(draft, copy);
}

/** Makes a folder, and those above it that are missing, so that others get through whatever the umask is. */
async function makeOpen(folder: string): Promise<void> {
  if ((await unlessAbsent(stat(folder))) !== undefined) return;
  await makeOpen(dirname(folder));
  await mkdir(folder);
  await chmod(folder, 0o755);
}
