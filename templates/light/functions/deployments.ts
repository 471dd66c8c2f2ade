import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';

/** One version of a function, as it was deployed. */
export interface Deployment {
  readonly slug: string;
  readonly version: number;
  /** Ascends with each deployment that is seen; a version number may come back. */
  readonly serial: number;
  readonly verifyJwt: boolean;
  /** Folder of its files. */
  readonly source: string;
  /** Paths relative to `source`. */
  readonly entrypoint: string;
  readonly importMap: string | undefined;
}

export type Lookup =
  | { readonly kind: 'found'; readonly deployment: Deployment }
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly problem: string };

const NONE: Lookup = { kind: 'none' };

/** Supabase's rule for the name of a function; it also keeps a request's path from leaving the folder. */
const SLUG = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

const Manifest = z.object({
  slug: z.string(),
  version: z.int(),
  status: z.string(),
  verify_jwt: z.boolean().default(true),
  entrypoint_path: z.string(),
  import_map_path: z.string().nullish(),
});

/**
 * The functions below a folder: `<slug>/function.json` beside `<slug>/source/`. The file is looked at for each request,
 * which is cheaper than one query and misses no deployment, and read when it is another one.
 */
export class Deployments {
  readonly #folder: string | undefined;
  readonly #known = new Map<string, { stamp: string; lookup: Promise<Lookup> }>();
  #serial = 0;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  async find(slug: string): Promise<Lookup> {
    if (this.#folder === undefined || !SLUG.test(slug)) return NONE;
    const folder = join(this.#folder, slug);
    const stamp = await stampOf(join(folder, 'function.json'));
    if (stamp === undefined) {
      this.#known.delete(slug);
      return NONE;
    }
    const known = this.#known.get(slug);
    if (known?.stamp === stamp) return known.lookup;
    this.#serial += 1;
    // Kept while it is read too: calls at the same time mean the same deployment.
    const lookup = read(slug, folder, this.#serial);
    this.#known.set(slug, { stamp, lookup });
    return lookup;
  }

  async reachable(): Promise<boolean> {
    if (this.#folder === undefined) return true;
    return stat(this.#folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}-${mtimeNs}-${size}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function read(slug: string, folder: string, serial: number): Promise<Lookup> {
  const text = await readFile(join(folder, 'function.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return broken('function.json cannot be read');
  const manifest = Manifest.safeParse(parsed(text));
  if (!manifest.success) return broken(`function.json: ${z.prettifyError(manifest.error)}`);
  const { version, status, verify_jwt: verifyJwt, entrypoint_path, import_map_path } = manifest.data;
  if (status !== 'ACTIVE') return NONE;
  const source = join(folder, 'source');
  const entrypoint = inside(source, entrypoint_path);
  const importMap = import_map_path ? inside(source, import_map_path) : undefined;
  if (entrypoint === undefined) return broken('function.json: entrypoint_path leaves the source folder');
  if (import_map_path && importMap === undefined)
    return broken('function.json: import_map_path leaves the source folder');
  return { kind: 'found', deployment: { slug, version, serial, verifyJwt, source, entrypoint, importMap } };
}

function broken(problem: string): Lookup {
  return { kind: 'broken', problem };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inside(folder: string, path: string): string | undefined {
  const target = resolve(folder, path);
  return target.startsWith(`${folder}${sep}`) ? relative(folder, target) : undefined;
}
