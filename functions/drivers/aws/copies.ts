import { type RDSClient, RestoreDBClusterToPointInTimeCommand } from '@aws-sdk/client-rds';
import type { S3Client } from '@aws-sdk/client-s3';
import { PortError } from '../../core/kernel/errors.ts';
import type { Copies } from '../../core/project/copies.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { disownStatements } from '../postgres/disown.ts';
import type { AwsCell } from './cell.ts';
import type { DedicatedClusters } from './dedicated-clusters.ts';
import { expecting } from './errors.ts';
import { resourceName } from './names.ts';
import { copyObjects } from './object-copies.ts';
import { unlessBusy } from './rds-clusters.ts';
import { complete } from './restored-cluster.ts';

interface Parts {
  readonly cell: AwsCell;
  readonly dedicated: DedicatedClusters;
  readonly rds: RDSClient;
  readonly s3: S3Client;
}

/** Clones of the clusters of the tier `dedicated`: Aurora copies a page when one of the two writes to it. */
export class AwsCopies implements Copies {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Until it is made nobody's, passwords of the other's open it, to who is in the cell's network. */
  async database(stack: Stack, from: Stack): Promise<boolean> {
    const { dedicated } = this.#parts;
    const found = await dedicated.find(stack.ref);
    if (found === undefined) {
      await this.#clone(stack, from);
      return false;
    }
    const progress = await complete(stack, found, this.#parts);
    if (progress === 'failed')
      throw new PortError(`Aurora could not copy the database: it is ${found.Status}.`);
    if (progress === 'unfinished') return false;
    const api = await dedicated.open(stack.ref);
    for (const sql of disownStatements) await api.run({ sql, unlimited: true });
    return true;
  }

  files({ ref }: Stack, from: Stack): Promise<boolean> {
    return copyObjects(from.ref, ref, this.#parts);
  }

  async #clone(stack: Stack, from: Stack): Promise<void> {
    const { dedicated, rds } = this.#parts;
    const source = resourceName(from.ref);
    const command = new RestoreDBClusterToPointInTimeCommand({
      ...dedicated.clusters.settingsOf(stack),
      DBClusterIdentifier: resourceName(stack.ref),
      SourceDBClusterIdentifier: source,
      RestoreType: 'copy-on-write',
      UseLatestRestorableTime: true,
    });
    await unlessBusy(source, expecting(rds.send(command), 'DBClusterAlreadyExistsFault'));
  }
}
