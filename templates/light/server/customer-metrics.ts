import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { PostgresConnection } from '@supabase/lite/postgres';
import type { Config } from '../settings/config.ts';
import { createDatabaseReading, DATABASE_METRICS } from './database-metrics.ts';
import { Metrics } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';

/** What Supabase's metrics tell apart by `service_type`. */
export const OF_POSTGRES = { service_type: 'postgresql', server: 'localhost:5432' } as const;
export const OF_REALTIME = { service_type: 'realtime' } as const;
const OF_THE_NODE = { service_type: 'db' } as const;

const BYTES_PER_MB = 1024 * 1024;

/** What Supabase shows each customer of a project, by its names and labels; each service adds what it knows. */
export function createCustomerMetrics({ projectRef }: Pick<Config, 'projectRef'>): Metrics {
  return new Metrics({ supabase_project_ref: projectRef, supabase_identifier: projectRef });
}

export function observeDatabase(metrics: Metrics, database: PostgresConnection, config: Config): void {
  const read = createDatabaseReading(database, config.postgres.roleSuffix);
  const { service_type } = OF_POSTGRES;
  metrics.gauge('pg_up', 'Whether Postgres answered.', async () => [
    [{ service_type }, (await read()) === undefined ? 0 : 1],
  ]);
  for (const { name, type, help, column } of DATABASE_METRICS) {
    const one = async () => {
      const value = (await read())?.[column];
      return value === undefined || value === null ? [] : [[OF_POSTGRES, Number(value)] as const];
    };
    if (type === 'counter') metrics.total(name, help, one);
    else metrics.gauge(name, help, one);
  }
  metrics.gauge('pg_database_size_bytes', 'Disk space of the database.', async () => {
    const found = await read();
    return found === undefined
      ? []
      : [[{ service_type, datname: config.postgres.database }, Number(found.size_bytes)]];
  });
  metrics.gauge('pg_database_size_mb', 'Disk space of the database, in MB.', async () => {
    const found = await read();
    return found === undefined ? [] : [[OF_POSTGRES, Number(found.size_bytes) / BYTES_PER_MB]];
  });
  metrics.gauge('connection_stats_connection_count', 'Connections to the database by role.', async () =>
    Object.entries((await read())?.connections ?? {}).map(([username, count]) => [
      { ...OF_POSTGRES, username },
      count,
    ]),
  );
}

/** The machine that the services run on; of a project on AWS its own task, on one machine that of all. */
export function observeNode(metrics: Metrics): void {
  metrics.total('node_cpu_seconds_total', 'Time that each processor spent in each mode.', () =>
    cpus().flatMap(({ times: { user, nice, sys, idle, irq } }, cpu) =>
      Object.entries({ user, nice, system: sys, idle, irq }).map(
        ([mode, ms]) => [{ ...OF_THE_NODE, cpu: String(cpu), mode }, ms / 1000] as const,
      ),
    ),
  );
  const loads = { node_load1: 0, node_load5: 1, node_load15: 2 } as const;
  for (const [name, at] of Object.entries(loads))
    metrics.gauge(name, 'Load average of so many minutes.', () => [[OF_THE_NODE, loadavg()[at] ?? 0]]);
  metrics.gauge('node_memory_MemTotal_bytes', 'Memory of the machine.', () => [[OF_THE_NODE, totalmem()]]);
  metrics.gauge('node_memory_MemAvailable_bytes', 'Memory that programs can have without swapping.', () => [
    [OF_THE_NODE, freemem()],
  ]);
  observeProcess(metrics, { service_type: 'light' });
}
