import { OrganizationStore } from '../core/organization/organization-store.ts';
import { FunctionStore } from '../core/project/function-store.ts';
import { HostnameStore } from '../core/project/hostname-store.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { StoredRefusals } from '../core/usage/refusal.ts';
import { StoredUse } from '../core/usage/stored-use.ts';
import { SettingsStore } from '../core/project/settings/settings-store.ts';
import { readCells } from './compose-aws-cells.ts';
import { composeAwsTable } from './compose-aws-table.ts';
import type { AwsConfig } from './config-aws.ts';

/** From a request until the edge's log of it has been read: a flush, a delivery and a run of the function. */
export const LOG_DELAY_MS = 3 * 60_000;

/** The control plane's own state, and the cells that it is told of there. */
export async function composeAwsState(config: AwsConfig) {
  const ports = composeAwsTable(config);
  return {
    ...ports,
    functions: new FunctionStore(ports.table),
    projects: new ProjectStore(ports.table),
    settings: new SettingsStore(ports.table),
    refusals: new StoredRefusals(ports.table),
    hostnameStore: new HostnameStore(ports.table),
    organizations: new OrganizationStore(ports.table),
    uses: new StoredUse({ ...ports, delayMs: LOG_DELAY_MS }),
    deployed: await readCells(config.cells, ports.table),
  };
}
