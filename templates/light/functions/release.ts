import { cp, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from './deployments.ts';

/** A copy of a deployment's files that stays as it is while a process runs from it. */
export interface Release {
  readonly source: string;
  readonly entrypoint: string;
  readonly importMap: string | undefined;
}

/**
 * Copies the files unless that was done before: a process that loads a file late must not get the next version's.
 * Links are left out, since they could lead out of the folder that the function may read.
 */
export async function prepareRelease(deployment: Deployment, folder: string): Promise<Release> {
  const { slug, source, entrypoint, importMap } = deployment;
  const copy = folderOf(deployment, folder);
  const release = {
    source: copy,
    entrypoint: join(copy, entrypoint),
    importMap: importMap === undefined ? undefined : join(copy, importMap),
  };
  if (
    await stat(release.entrypoint).then(
      () => true,
      () => false,
    )
  )
    return release;
  const draft = `${copy}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(folder, slug), { recursive: true });
  await cp(await realpath(source), draft, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy);
  return release;
}

function folderOf({ slug, serial }: Deployment, folder: string): string {
  return join(folder, slug, String(serial));
}

/** Answers the folder that is gone. */
export async function dropRelease(deployment: Deployment, folder: string): Promise<string> {
  const copy = folderOf(deployment, folder);
  await rm(copy, { recursive: true, force: true });
  return copy;
}
