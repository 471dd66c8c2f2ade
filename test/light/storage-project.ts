import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callers, masterUser } from '../database/callers.ts';
import { type RunningProject, type Settings, startProject } from './running-project.ts';

export type StorageProject = RunningProject & {
  /** Where its files are, if they are on disk. */
  readonly path: string;
  /** Files of objects, of writes and of uploads under way. */
  files(): Promise<string[]>;
  /** Calls an endpoint of Storage directly, with the service_role key unless a token is given. */
  storage(method: string, path: string, init?: RequestInit & { token?: string }): Promise<Response>;
};

/** A project with Storage on disk. */
export async function startStorage(extra: Settings = {}): Promise<StorageProject> {
  const path = await mkdtemp(join(tmpdir(), 'storage-'));
  const project = await startProject(callers[0] ?? masterUser, {
    SERVICES: 'rest,auth,storage',
    STORAGE_PATH: path,
    ...extra,
  });
  return {
    ...withStorage(project, () => filesBelow(path)),
    path,
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await rm(path, { recursive: true, force: true });
    },
  };
}

export function withStorage(project: RunningProject, files: () => Promise<string[]>): StorageProject {
  return {
    ...project,
    path: '',
    files,
    storage(method, route, { token, headers, ...init } = {}) {
      const bearer = token ?? project.setting('SERVICE_ROLE_KEY');
      return fetch(`${project.url}/storage/v1${route}`, {
        method,
        ...init,
        headers: { authorization: `Bearer ${bearer}`, ...Object.fromEntries(new Headers(headers)) },
      });
    },
  };
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
