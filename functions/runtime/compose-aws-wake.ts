import { setTimeout as sleep } from 'node:timers/promises';
import { RDSClient } from '@aws-sdk/client-rds';
import { PROJECT_SERVICES } from '../../templates/project-routes.ts';
import type { PostgresAppPorts } from '../api/postgres-app.ts';
import type { DatabasePlaces } from '../core/project/database-places.port.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { AuroraPlaces } from '../drivers/aws/database-places.ts';
import { translating } from '../drivers/aws/errors.ts';
import { readCells } from './compose-aws-cells.ts';
import { composeAwsTransitions } from './compose-aws-transitions.ts';
import type { AwsConfig } from './config-aws.ts';

export function composeAwsWake(config: AwsConfig): PostgresAppPorts {
  const ports = composeAwsTransitions(config);
  let known: Promise<DatabasePlaces> | undefined;
  /** Read when first asked for: who is woken for the edge does not wait for it. */
  const places = async (): Promise<DatabasePlaces> => {
    const deployed = await readCells(config.cells, ports.table);
    return new AuroraPlaces(
      deployed.map(({ aws }) => ({ cell: aws, rds: translating(new RDSClient(inRegion(aws.region))) })),
    );
  };
  return {
    ...ports,
    sleep,
    services: PROJECT_SERVICES,
    places: {
      async of(project) {
        known ??= places();
        return (await known).of(project);
      },
    },
  };
}
