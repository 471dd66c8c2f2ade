import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type {
  FunctionFile,
  FunctionFiles,
  PublishedFunction,
} from '../../core/project/function-files.port.ts';
import { syncFolder, writeFileAtomic } from './atomic-file.ts';
import type { Clusters } from './clusters.ts';
import { attempt, unlessAbsent } from './failures.ts';
import { KeyedLock } from './keyed-lock.ts';
import { FILE_MODE, FOLDER_MODE, type LocalObjects, openTo } from './objects.ts';
import type { Owner } from './supervised.ts';

export interface FunctionFilesParts {
  readonly objects: LocalObjects;
  readonly clusters: Pick<Clusters, 'ofProject' | 'owner'>;
}

/** `<slug>/function.json` says which of the folders `<slug>/<bundle>` is served; `.secrets` lies beside the slugs. */
export class LocalFunctionFiles implements FunctionFiles {
  readonly #parts: FunctionFilesParts;
  readonly #lock = new KeyedLock();

  constructor(parts: FunctionFilesParts) {
    this.#parts = parts;
  }

  put(ref: ProjectRef, slug: string, bundle: string, files: readonly FunctionFile[]): Promise<void> {
    return this.#at('keep the files of a function', ref, async () => {
      const { folder, owner } = await this.#opened(ref);
      const target = join(folder, slug, bundle);
      const draft = join(folder, slug, `.${bundle}.draft`);
      await this.#makeFolder(join(folder, slug), owner);
      await rm(draft, { recursive: true, force: true });
      await this.#makeFolder(draft, owner);
      for (const { path, content } of files) await this.#write(draft, path, content, owner);
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
      await syncFolder(dirname(target));
    });
  }

  get(ref: ProjectRef, slug: string, bundle: string): Promise<readonly FunctionFile[] | undefined> {
    return this.#at('read the files of a function', ref, async (folder) => {
      const source = join(folder, slug, bundle);
      const entries = await unlessAbsent(readdir(source, { recursive: true, withFileTypes: true }));
      const paths = entries
        ?.filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
        .toSorted();
      return (
        paths &&
        Promise.all(paths.map(async (path) => ({ path, content: await readFile(join(source, path)) })))
      );
    });
  }

  drop(ref: ProjectRef, slug: string, bundles: readonly string[]): Promise<void> {
    return this.#at('delete the files of a function', ref, async (folder) => {
      for (const bundle of bundles) await rm(join(folder, slug, bundle), { recursive: true, force: true });
      const left = await unlessAbsent(readdir(join(folder, slug)));
      if (left?.length === 0) await rm(join(folder, slug), { recursive: true });
    });
  }

  publish(ref: ProjectRef, published: PublishedFunction): Promise<void> {
    return this.#at('publish a function', ref, async () => {
      const { folder, owner } = await this.#opened(ref);
      await this.#makeFolder(join(folder, published.slug), owner);
      const text = JSON.stringify(published);
      await writeFileAtomic(join(folder, published.slug, 'function.json'), text, (draft) =>
        openTo(draft, owner, FILE_MODE),
      );
    });
  }

  retract(ref: ProjectRef, slug: string): Promise<void> {
    return this.#at('retract a function', ref, async (folder) => {
      await rm(join(folder, slug, 'function.json'), { force: true });
      await syncFolder(join(folder, slug));
    });
  }

  publishSecrets(ref: ProjectRef, sealed: Uint8Array): Promise<void> {
    return this.#at('hand over the secrets of functions', ref, async () => {
      const { folder, owner } = await this.#opened(ref);
      await writeFileAtomic(join(folder, '.secrets'), sealed, (draft) => openTo(draft, owner, FILE_MODE));
    });
  }

  #at<T>(doing: string, ref: ProjectRef, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = this.#parts.objects.functionsOf(ref);
    return this.#lock.run(ref, () => attempt(doing, () => work(folder)));
  }

  /** The project's folder, made if need be, and who is to read what is written there. */
  async #opened(ref: ProjectRef): Promise<{ readonly folder: string; readonly owner: Owner | undefined }> {
    const { clusters, objects } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    const owner = cluster && (await clusters.owner(cluster));
    const { functions: folder } = await objects.handOver(ref, owner);
    return { folder, owner };
  }

  async #makeFolder(path: string, owner: Owner | undefined): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await openTo(path, owner, FOLDER_MODE);
  }

  async #write(root: string, path: string, content: Uint8Array, owner: Owner | undefined): Promise<void> {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth += 1)
      await this.#makeFolder(join(root, ...segments.slice(0, depth)), owner);
    const target = join(root, path);
    const file = await open(target, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await openTo(target, owner, FILE_MODE);
  }
}
