import { DescribeDBClustersCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { CellId } from '../../core/kernel/ids.ts';
import type { DatabasePlace, DatabasePlaces } from '../../core/project/database-places.port.ts';
import type { Project } from '../../core/project/project.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { databaseName, resourceName, roleSuffix } from './names.ts';

interface CellToLookIn {
  readonly cell: AwsCell;
  readonly rds: RDSClient;
}

/** Where the databases of projects take connections, as their cells and RDS tell. */
export class AuroraPlaces implements DatabasePlaces {
  readonly #cells: ReadonlyMap<CellId, CellToLookIn>;
  /** An endpoint follows from the name of its cluster, which is the project's for good: RDS is asked once. */
  readonly #endpoints = new Map<string, Pick<DatabasePlace, 'host' | 'port'>>();

  constructor(cells: readonly CellToLookIn[]) {
    this.#cells = new Map(cells.map((each) => [each.cell.id, each]));
  }

  async of({ ref, tier, cell }: Pick<Project, 'ref' | 'tier' | 'cell'>): Promise<DatabasePlace | undefined> {
    const found = this.#cells.get(cell);
    if (found === undefined) return undefined;
    if (tier === 'pooled') {
      const { host, port } = found.cell.database;
      return { host, port, database: databaseName(ref), roleSuffix: roleSuffix(ref) };
    }
    const endpoint = this.#endpoints.get(ref) ?? (await endpointOf(resourceName(ref), found));
    if (endpoint === undefined) return undefined;
    this.#endpoints.set(ref, endpoint);
    return { ...endpoint, database: null, roleSuffix: '' };
  }
}

/** Asked by itself: what else is done to clusters is not for the function that has to know this. */
async function endpointOf(name: string, { cell, rds }: CellToLookIn) {
  const command = new DescribeDBClustersCommand({ DBClusterIdentifier: name });
  const found = await expecting(rds.send(command), 'DBClusterNotFoundFault');
  const { Endpoint: host, Port: port = cell.database.port } = found?.DBClusters?.[0] ?? {};
  return host === undefined ? undefined : { host, port };
}
