import type { CellId, ProjectRef } from '../core/kernel/ids.ts';
import type { Backups } from '../core/project/backups.port.ts';
import type { Compute } from '../core/project/compute.port.ts';
import type { Copies } from '../core/project/copies.port.ts';
import type { Databases } from '../core/project/databases.port.ts';
import type { FunctionFiles } from '../core/project/function-files.port.ts';
import type { Logs } from '../core/project/logs.port.ts';
import type { Hostnames } from '../core/project/hostnames.port.ts';
import type { Inventory } from '../core/project/inventory.port.ts';
import type { Objects } from '../core/project/objects.port.ts';
import type { Routes } from '../core/project/routes.port.ts';
import type { Secrets } from '../core/project/secrets.port.ts';

/** The drivers of each cell, behind ports that go to the cell of the project in question. */
export class ByCell<Drivers> {
  readonly #drivers: ReadonlyMap<CellId, Drivers>;
  readonly #cellOf: (ref: ProjectRef) => Promise<CellId | undefined>;

  /** `cellOf`: what the project's record says; undefined where it has none. */
  constructor(
    drivers: ReadonlyMap<CellId, Drivers>,
    cellOf: (ref: ProjectRef) => Promise<CellId | undefined>,
  ) {
    this.#drivers = drivers;
    this.#cellOf = cellOf;
  }

  of(cell: CellId): Drivers {
    const drivers = this.#drivers.get(cell);
    if (drivers === undefined) throw new Error(`the installation has no cell ${cell}`);
    return drivers;
  }

  async ofProject(ref: ProjectRef): Promise<Drivers> {
    const cell = await this.#cellOf(ref);
    if (cell === undefined) throw new Error(`there is no project ${ref}`);
    return this.of(cell);
  }

  /** Those of the project's cell; of all cells where the project has no record that says which is its own. */
  async whereverItIs(ref: ProjectRef): Promise<readonly Drivers[]> {
    const cell = await this.#cellOf(ref);
    return cell === undefined ? this.all() : [this.of(cell)];
  }

  /** Those of the first cell, by which a port goes that has nothing to do with cells. */
  first(): Drivers {
    const [first] = this.#drivers.values();
    if (first === undefined) throw new Error('the installation has no cell');
    return first;
  }

  all(): readonly Drivers[] {
    return [...this.#drivers.values()];
  }
}

export function computeByCell(cells: ByCell<{ readonly compute: Compute }>): Compute {
  return {
    prepare: (stack) => cells.of(stack.cell).compute.prepare(stack),
    isMade: (stack) => cells.of(stack.cell).compute.isMade(stack),
    deploy: (stack, secret) => cells.of(stack.cell).compute.deploy(stack, secret),
    health: (stack) => cells.of(stack.cell).compute.health(stack),
    promote: (stack) => cells.of(stack.cell).compute.promote(stack),
    retireOthers: (stack) => cells.of(stack.cell).compute.retireOthers(stack),
    retire: (stack) => cells.of(stack.cell).compute.retire(stack),
    stop: (stack) => cells.of(stack.cell).compute.stop(stack),
    delete: (stack) => cells.of(stack.cell).compute.delete(stack),
  };
}

export function databasesByCell(cells: ByCell<{ readonly databases: Databases }>): Databases {
  return {
    state: (stack) => cells.of(stack.cell).databases.state(stack),
    create: (stack) => cells.of(stack.cell).databases.create(stack),
    bootstrap: (stack, secret) => cells.of(stack.cell).databases.bootstrap(stack, secret),
    setPassword: (stack, password) => cells.of(stack.cell).databases.setPassword(stack, password),
    configure: (stack, options) => cells.of(stack.cell).databases.configure(stack, options),
    start: (stack) => cells.of(stack.cell).databases.start(stack),
    stop: (stack) => cells.of(stack.cell).databases.stop(stack),
    delete: (stack) => cells.of(stack.cell).databases.delete(stack),
    query: async (ref, query) => (await cells.ofProject(ref)).databases.query(ref, query),
    grantLogin: (stack, login) => cells.of(stack.cell).databases.grantLogin(stack, login),
    revokeLogins: (stack) => cells.of(stack.cell).databases.revokeLogins(stack),
    disk: (stack) => cells.of(stack.cell).databases.disk(stack),
  };
}

export function backupsByCell(cells: ByCell<{ readonly backups: Backups }>): Backups {
  return {
    refusal: (stack) => cells.of(stack.cell).backups.refusal(stack),
    list: (stack) => cells.of(stack.cell).backups.list(stack),
    take: (stack, backup) => cells.of(stack.cell).backups.take(stack, backup),
    drop: (stack, ids) => cells.of(stack.cell).backups.drop(stack, ids),
    recover: (stack, recovery) => cells.of(stack.cell).backups.recover(stack, recovery),
  };
}

/** A branch is in the cell of the project that it comes from. */
export function copiesByCell(cells: ByCell<{ readonly copies: Copies }>): Copies {
  return {
    database: (stack, from) => cells.of(stack.cell).copies.database(stack, from),
    files: (stack, from) => cells.of(stack.cell).copies.files(stack, from),
  };
}

export function secretsByCell(cells: ByCell<{ readonly secrets: Secrets }>): Secrets {
  return {
    create: async (project, secret) => (await cells.ofProject(project.ref)).secrets.create(project, secret),
    revise: async (project, change) => (await cells.ofProject(project.ref)).secrets.revise(project, change),
    async read(ref) {
      for (const { secrets } of await cells.whereverItIs(ref)) {
        const found = await secrets.read(ref);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async delete(ref) {
      for (const { secrets } of await cells.whereverItIs(ref)) await secrets.delete(ref);
    },
  };
}

export function routesByCell(cells: ByCell<{ readonly routes: Routes }>): Routes {
  return {
    publish: (stack) => cells.of(stack.cell).routes.publish(stack),
    retract: (stack) => cells.of(stack.cell).routes.retract(stack),
    isPublished: (stack) => cells.of(stack.cell).routes.isPublished(stack),
  };
}

export function logsByCell(cells: ByCell<{ readonly logs: Logs }>): Logs {
  return { read: async (ref, range) => (await cells.ofProject(ref)).logs.read(ref, range) };
}

export function hostnamesByCell(cells: ByCell<{ readonly hostnames: Hostnames }>): Hostnames {
  return {
    target: (project) => cells.of(project.cell).hostnames.target(project),
    attach: (project, hostname) => cells.of(project.cell).hostnames.attach(project, hostname),
    state: (project, hostname) => cells.of(project.cell).hostnames.state(project, hostname),
    detach: (project, hostname) => cells.of(project.cell).hostnames.detach(project, hostname),
    detachAll: (project) => cells.of(project.cell).hostnames.detachAll(project),
  };
}

export function objectsByCell(cells: ByCell<{ readonly objects: Objects }>): Objects {
  return {
    prepare: (stack) => cells.of(stack.cell).objects.prepare(stack),
    delete: (stack) => cells.of(stack.cell).objects.delete(stack),
  };
}

export function functionFilesByCell(cells: ByCell<{ readonly functionFiles: FunctionFiles }>): FunctionFiles {
  const of = async (ref: ProjectRef) => (await cells.ofProject(ref)).functionFiles;
  return {
    put: async (ref, slug, bundle, files) => (await of(ref)).put(ref, slug, bundle, files),
    get: async (ref, slug, bundle) => (await of(ref)).get(ref, slug, bundle),
    drop: async (ref, slug, bundles) => (await of(ref)).drop(ref, slug, bundles),
    publish: async (ref, published) => (await of(ref)).publish(ref, published),
    retract: async (ref, slug) => (await of(ref)).retract(ref, slug),
    publishSecrets: async (ref, sealed) => (await of(ref)).publishSecrets(ref, sealed),
  };
}

/** Looks into every cell: what the record says must not decide where remnants are looked for. */
export function inventoryByCell(cells: ByCell<{ readonly inventory: Inventory }>): Inventory {
  return {
    async list(ref) {
      return (await Promise.all(cells.all().map(({ inventory }) => inventory.list(ref)))).flat();
    },
    async refs() {
      const found = await Promise.all(cells.all().map(({ inventory }) => inventory.refs()));
      return [...new Set(found.flat())];
    },
  };
}
