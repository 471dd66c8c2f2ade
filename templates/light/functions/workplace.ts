import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of the functions of one project, which no other user may enter. */
export interface Folders {
  /** A folder for each process, with its socket and its temporary files. */
  readonly runs: string;
  /** Copies of the code, which processes run from. */
  readonly releases: string;
  /** Copies of what was deployed, where that is elsewhere. */
  readonly bundles: string;
  /** What Deno has fetched and compiled. */
  readonly cache: string;
}

/**
 * Makes the folders when they are needed, and again should the system's care for temporary files have removed them.
 * They lie below a folder with a short name: the path of a socket has a hundred characters at most.
 */
export class Workplace {
  readonly #cache: string | undefined;
  #root: string | undefined;

  constructor(cache: string | undefined) {
    this.#cache = cache;
  }

  async folders(): Promise<Folders> {
    if (this.#root === undefined || !(await isOurs(this.#root))) {
      this.#root = await mkdtemp(join(tmpdir(), 'functions-'));
    }
    const root = this.#root;
    const folders = {
      runs: join(root, 'runs'),
      releases: join(root, 'releases'),
      bundles: join(root, 'bundles'),
      cache: this.#cache ?? join(root, 'cache'),
    };
    await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
    return folders;
  }

  async clear(): Promise<void> {
    if (this.#root !== undefined) await rm(this.#root, { recursive: true, force: true });
  }
}

/** Whoever finds the name free again could have taken it. */
async function isOurs(folder: string): Promise<boolean> {
  return stat(folder).then(
    ({ uid }) => uid === process.getuid?.(),
    () => false,
  );
}
