import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE } from '../../templates/catalogue.ts';
import type { CellId } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { type AwsDrivers, createAwsDrivers } from '../drivers/aws/aws-drivers.ts';
import { createAwsClients, createHomeClients } from '../drivers/aws/clients.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import { StepFunctionsWorkflows } from '../drivers/aws/workflows.ts';
import { awsCells } from './compose-aws-cells.ts';
import { AWS_SCRIPTS } from './compose-aws-scripts.ts';
import { describeTask } from './compose-aws-tasks.ts';
import { serviceKeys } from './service-keys.ts';
import * as byCell from './by-cell.ts';
import { composeAwsState } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';

/** The state of the control plane, and all that cells have. */
export async function composeAwsProjects(config: AwsConfig) {
  const { deployed, ...state } = await composeAwsState(config);
  const drivers = new Map<CellId, AwsDrivers>(
    deployed.map(({ aws: cell, region, imageRegistry }) => [
      cell.id,
      createAwsDrivers({
        cell,
        clients: createAwsClients(region),
        scripts: AWS_SCRIPTS,
        describeTask: describeTask(imageRegistry),
        serviceKeys,
        random: state.random,
        sleep,
      }),
    ]),
  );
  const cells = new byCell.ByCell(drivers, async (ref) => (await state.projects.find(ref))?.value.cell);
  return {
    ...state,
    catalogue: CATALOGUE,
    cells: awsCells(deployed),
    secrets: byCell.secretsByCell(cells),
    databases: byCell.databasesByCell(cells),
    backups: byCell.backupsByCell(cells),
    copies: byCell.copiesByCell(cells),
    compute: byCell.computeByCell(cells),
    routes: byCell.routesByCell(cells),
    hostnames: byCell.hostnamesByCell(cells),
    objects: byCell.objectsByCell(cells),
    functionFiles: byCell.functionFilesByCell(cells),
    inventory: byCell.inventoryByCell(cells),
  };
}

/** Everything that the steps of workflows need, on AWS. */
export async function composeAwsSteps(config: AwsConfig): Promise<ProjectPorts> {
  const ports = await composeAwsProjects(config);
  const { table, clock } = ports;
  const { home, mailSender: sender, stateMachines: arns, stepFunction } = config;
  const { ses, sfn } = createHomeClients(home);
  return {
    ...ports,
    notifier: new SesNotifier({ ses, table, clock, sender }),
    workflows: new StepFunctionsWorkflows(sfn, { arns, stepFunction }, ports.log),
  };
}
