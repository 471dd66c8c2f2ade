import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Secrets } from './secrets.ts';
import type { FunctionStore } from './store.port.ts';

/** One version of a function, as it was deployed, with the secrets of this moment. */
export interface Deployment {
  readonly slug: string;
  readonly version: number;
  /** Ascends with each deployment and each change of the secrets that is seen; a version number may come back. */
  readonly serial: number;
  readonly verifyJwt: boolean;
  /** Folder of its files. */
  readonly source: string;
  /** Paths relative to `source`. */
  readonly entrypoint: string;
  readonly importMap: string | undefined;
  readonly secrets: Secrets;
}

export type Lookup =
  | { readonly kind: 'found'; readonly deployment: Deployment }
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly problem: string };

const NONE: Lookup = { kind: 'none' };

/** Supabase's rule for the name of a function; it also keeps a request's path from leaving the folder. */
const SLUG = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

const SECRETS = '.secrets';

/** A version that may be tried before it is served. */
const Candidate = z.object({
  slug: z.string().regex(SLUG),
  bundle: z.string().regex(/^[\w-]+$/),
  entrypoint_path: z.string(),
  import_map_path: z.string().nullish(),
});
type Candidate = z.infer<typeof Candidate>;

const Manifest = Candidate.extend({
  version: z.int(),
  status: z.string(),
  verify_jwt: z.boolean().default(true),
});

/** The functions that a store has. Each is read again when it or the secrets are others than before. */
export class Deployments {
  readonly #store: FunctionStore | undefined;
  readonly #open: (sealed: Uint8Array) => Secrets;
  readonly #known = new Map<string, { stamp: string; lookup: Promise<Lookup> }>();
  #serial = 0;

  constructor(store: FunctionStore | undefined, open: (sealed: Uint8Array) => Secrets) {
    this.#store = store;
    this.#open = open;
  }

  async find(slug: string): Promise<Lookup> {
    const store = this.#store;
    if (store === undefined || !SLUG.test(slug)) return NONE;
    const manifest = `${slug}/function.json`;
    const [deployed, secrets] = await Promise.all([store.stamp(manifest), store.stamp(SECRETS)]);
    if (deployed === undefined) {
      this.#known.delete(slug);
      return NONE;
    }
    const stamp = `${deployed} ${secrets ?? 'none'}`;
    const known = this.#known.get(slug);
    if (known?.stamp === stamp) return known.lookup;
    // Kept while it is read too: calls at the same time mean the same deployment.
    const lookup = this.#read(store, manifest).catch((error: unknown) => {
      this.#known.delete(slug);
      throw error;
    });
    this.#known.set(slug, { stamp, lookup });
    return lookup;
  }

  /** A version that is not served and has no number yet, by its description. */
  async candidate(given: unknown): Promise<Lookup> {
    const candidate = Candidate.safeParse(given);
    if (!candidate.success) return broken(z.prettifyError(candidate.error));
    return this.#store === undefined
      ? NONE
      : this.#found(this.#store, { ...candidate.data, version: 0 }, true);
  }

  problem(): Promise<string | undefined> {
    return this.#store?.problem() ?? Promise.resolve(undefined);
  }

  async #read(store: FunctionStore, path: string): Promise<Lookup> {
    const text = await store.read(path);
    if (text === undefined) return NONE;
    const manifest = Manifest.safeParse(parsed(text));
    if (!manifest.success) return broken(`function.json: ${z.prettifyError(manifest.error)}`);
    const { status, verify_jwt: verifyJwt } = manifest.data;
    return status === 'ACTIVE' ? this.#found(store, manifest.data, verifyJwt) : NONE;
  }

  async #found(
    store: FunctionStore,
    { slug, version, bundle, entrypoint_path, import_map_path }: Candidate & { readonly version: number },
    verifyJwt: boolean,
  ): Promise<Lookup> {
    this.#serial += 1;
    const serial = this.#serial;
    const sealed = await store.read(SECRETS);
    const secrets = sealed === undefined ? {} : this.#opened(sealed);
    if (secrets === undefined) return broken('the secrets cannot be opened');
    const source = await store.source(slug, bundle);
    const entrypoint = inside(source, entrypoint_path);
    const importMap = import_map_path ? inside(source, import_map_path) : undefined;
    if (entrypoint === undefined) return broken('function.json: entrypoint_path leaves the source folder');
    if (import_map_path && importMap === undefined)
      return broken('function.json: import_map_path leaves the source folder');
    const deployment = { slug, version, serial, verifyJwt, source, entrypoint, importMap, secrets };
    return { kind: 'found', deployment };
  }

  #opened(sealed: Uint8Array): Secrets | undefined {
    try {
      return this.#open(sealed);
    } catch {
      return undefined;
    }
  }
}

function broken(problem: string): Lookup {
  return { kind: 'broken', problem };
}

function parsed(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString());
  } catch {
    return undefined;
  }
}

function inside(folder: string, path: string): string | undefined {
  const target = resolve(folder, path);
  return target.startsWith(join(folder, sep)) ? relative(folder, target) : undefined;
}
