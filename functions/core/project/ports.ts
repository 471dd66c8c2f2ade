import type { Clock } from '../kernel/clock.port.ts';
import type { Log } from '../kernel/log.port.ts';
import type { Random } from '../kernel/random.port.ts';
import type { FunctionFiles } from './function-files.port.ts';
import type { FunctionStore } from './function-store.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Backups } from './backups.port.ts';
import type { Cells } from './cells.port.ts';
import type { Compute } from './compute.port.ts';
import type { Copies } from './copies.port.ts';
import type { Databases } from './databases.port.ts';
import type { HostnameStore } from './hostname-store.ts';
import type { Hostnames } from './hostnames.port.ts';
import type { Inventory } from './inventory.port.ts';
import type { Notifier } from '../kernel/notifier.port.ts';
import type { Objects } from './objects.port.ts';
import type { ProjectStore } from './project-store.ts';
import type { Refusals } from './refusals.port.ts';
import type { Routes } from './routes.port.ts';
import type { Secrets } from './secrets.port.ts';
import type { SettingsStore } from './settings/settings-store.ts';
import type { Catalogue } from './template.ts';
import type { UseOfProjects } from './use.port.ts';
import type { Workflows } from './workflows.port.ts';

/** All that projects need of the world outside; each use case and step picks its part. */
export interface ProjectPorts {
  readonly projects: ProjectStore;
  readonly organizations: OrganizationStore;
  readonly catalogue: Catalogue;
  readonly cells: Cells;
  readonly secrets: Secrets;
  readonly settings: SettingsStore;
  readonly refusals: Refusals;
  readonly databases: Databases;
  readonly backups: Backups;
  readonly copies: Copies;
  readonly compute: Compute;
  readonly routes: Routes;
  readonly hostnames: Hostnames;
  readonly hostnameStore: HostnameStore;
  readonly objects: Objects;
  /** The records of functions. */
  readonly functions: FunctionStore;
  readonly functionFiles: FunctionFiles;
  readonly inventory: Inventory;
  readonly notifier: Notifier;
  readonly uses: UseOfProjects;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}
