import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { clusterArn, databaseName, roleSuffix } from './names.ts';

/** Where a project's Postgres is and what its own things are called there. */
export interface DatabaseAddress {
  readonly clusterArn: string;
  readonly database: string;
  /** Ends the names of the project's own roles; empty on a cluster that is the project's alone. */
  readonly roleSuffix: string;
}

export function addressOf(cell: AwsCell, { ref, tier }: Pick<Stack, 'ref' | 'tier'>): DatabaseAddress {
  return tier === 'pooled'
    ? { clusterArn: cell.database.clusterArn, database: databaseName(ref), roleSuffix: roleSuffix(ref) }
    : { clusterArn: clusterArn(cell, ref), database: 'postgres', roleSuffix: '' };
}
