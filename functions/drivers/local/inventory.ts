import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRefSchema, type ProjectRef } from '../../core/kernel/ids.ts';
import type { Inventory, Remnant } from '../../core/project/inventory.port.ts';
import type { Clusters } from './clusters.ts';
import { unlessAbsent } from './failures.ts';
import { processesUnder } from './orphans.ts';
import type { LocalRoutes } from './routes.ts';

export interface InventoryParts {
  readonly home: string;
  readonly clusters: Clusters;
  readonly routes: LocalRoutes;
  /** The folder of a cluster's sockets. */
  readonly socketsOf: (clusterId: string) => string;
}

/** Looks at the machine itself: its processes, its sockets, and what the state directory has under the ref's name. */
export class LocalInventory implements Inventory {
  readonly #parts: InventoryParts;

  constructor(parts: InventoryParts) {
    this.#parts = parts;
  }

  async list(ref: ProjectRef): Promise<readonly Remnant[]> {
    const { clusters, routes } = this.#parts;
    const marked = await clusters.ofProject(ref);
    const labelled = (await clusters.folders()).filter((folder) => folder.ref === ref);
    const ids = [...new Set([...(marked === undefined ? [] : [marked.id]), ...labelled.map(idOf)])];
    return [
      ...(await this.#processes(ids)),
      ...labelled.map(({ path }) => ({ kind: 'directory', name: path })),
      ...(await this.#named(ref)),
      ...(await this.#sockets(ids)),
      ...(routes.published().has(ref) ? [{ kind: 'route', name: ref }] : []),
    ];
  }

  async #processes(ids: readonly string[]): Promise<readonly Remnant[]> {
    const { clusters } = this.#parts;
    const found = await Promise.all(ids.map((id) => processesUnder(clusters.cluster(id).folder, [id])));
    return found.flat().map(({ pid, command }) => ({ kind: 'process', name: `${pid} ${command}` }));
  }

  /** Every project that a folder, a file, a label or a route is named after. */
  async refs(): Promise<readonly ProjectRef[]> {
    const labels = (await this.#parts.clusters.folders()).flatMap(({ ref }) => ref ?? []);
    const names = (await this.#entries()).flatMap((path) => nameOf(path).split(/[^a-z]/));
    const refs = [...labels, ...names].flatMap((name) => projectRefSchema.safeParse(name).data ?? []);
    return [...new Set([...refs, ...this.#parts.routes.published()])];
  }

  async #named(ref: ProjectRef): Promise<readonly Remnant[]> {
    return (await this.#entries())
      .filter((path) => nameOf(path).includes(ref))
      .map((path) => ({ kind: path.includes('/secrets/') ? 'secret' : 'directory', name: path }));
  }

  /** What lies in the state directory, two levels deep. Mails that were sent are not the project's. */
  async #entries(): Promise<readonly string[]> {
    const tops = new Set([this.#parts.home, this.#parts.clusters.root]);
    const folders = (await Promise.all([...tops].map(foldersIn)))
      .flat()
      .filter((path) => nameOf(path) !== 'outbox');
    return (await Promise.all([...tops, ...folders].map(entriesOf))).flat();
  }

  async #sockets(ids: readonly string[]): Promise<readonly Remnant[]> {
    if (process.platform !== 'linux') return [];
    const table = await readFile('/proc/net/unix', 'utf8');
    const folders = ids.map((id) => `${this.#parts.socketsOf(id)}/`);
    // A socket has a line for itself and one for each connection.
    const paths = new Set(table.split('\n').flatMap((line) => /\s(\/.*)$/.exec(line)?.[1] ?? []));
    return [...paths]
      .filter((path) => folders.some((folder) => path.startsWith(folder)))
      .map((path) => ({ kind: 'socket', name: path }));
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function idOf({ name }: { readonly name: string }): string {
  return name.slice(0, name.includes('.') ? name.indexOf('.') : undefined);
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = (await unlessAbsent(readdir(path, { withFileTypes: true }))) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
}

async function entriesOf(path: string): Promise<readonly string[]> {
  const names = (await unlessAbsent(readdir(path))) ?? [];
  return names.map((name) => join(path, name));
}
