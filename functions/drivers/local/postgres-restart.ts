import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '../../core/kernel/errors.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { ConfigurationRefused } from '../../core/project/databases.port.ts';
import type { Cluster } from './clusters.ts';
import type { PostgresServers } from './postgres-server.ts';

/**
 * Starts the server again with the values that wait for it. One that does not start with them is started without any
 * value of the owner's: what was in force before is then for the caller to set again.
 */
export async function restartOrReturn(
  cluster: Cluster,
  servers: PostgresServers,
): Promise<Result<void, ConfigurationRefused>> {
  await servers.stop(cluster);
  try {
    await servers.start(cluster);
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    await rm(join(cluster.data, 'postgresql.auto.conf'), { force: true });
    await servers.start(cluster);
    return err({ code: 'configuration_refused', message: error.message });
  }
}
