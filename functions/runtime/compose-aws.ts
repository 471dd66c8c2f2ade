import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE } from '../../templates/catalogue.ts';
import type { CellId } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { type AwsDrivers, createAwsDrivers } from '../drivers/aws/aws-drivers.ts';
import { createAwsClients } from '../drivers/aws/clients.ts';
import { awsCells } from './compose-aws-cells.ts';
import { AWS_SCRIPTS } from './compose-aws-scripts.ts';
import { describeTask, serviceKeys } from './compose-aws-tasks.ts';
import * as byCell from './by-cell.ts';
import { composeAwsState } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';

/** Everything that workflows and jobs need, on AWS. */
export async function composeAws(config: AwsConfig): Promise<ProjectPorts> {
  const state = await composeAwsState(config);
  const { table, projects, organizations, functions, settings, deployed, clock, random, log } = state;
  const drivers = new Map<CellId, AwsDrivers>(
    deployed.map(({ aws: cell, region, imageRegistry }) => [
      cell.id,
      createAwsDrivers({
        cell,
        clients: createAwsClients({ region, home: config.home }),
        stateMachines: { arns: config.stateMachines, stepFunction: config.stepFunction },
        sender: config.mailSender,
        scripts: AWS_SCRIPTS,
        describeTask: describeTask(imageRegistry),
        serviceKeys,
        table,
        clock,
        random,
        sleep,
      }),
    ]),
  );
  const cells = new byCell.ByCell(drivers, async (ref) => (await projects.find(ref))?.value.cell);
  // Mails and workflows are the control plane's own, whichever cell's drivers send and start them.
  const { notifier, workflows } = cells.first();
  return {
    projects,
    organizations,
    functions,
    settings,
    catalogue: CATALOGUE,
    cells: awsCells(deployed),
    secrets: byCell.secretsByCell(cells),
    databases: byCell.databasesByCell(cells),
    compute: byCell.computeByCell(cells),
    routes: byCell.routesByCell(cells),
    objects: byCell.objectsByCell(cells),
    functionFiles: byCell.functionFilesByCell(cells),
    inventory: byCell.inventoryByCell(cells),
    notifier,
    workflows,
    clock,
    random,
    log,
  };
}
