import { z } from 'zod';
import type { CellId } from '../kernel/ids.ts';
import type { ClusterMetrics } from '../project/cluster-metrics.port.ts';
import { DATABASE_ANSWERS } from '../project/database-answers.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { hourOf, hourSchema, startOfHour } from './period.ts';
import { type RecordPorts, recordUsage } from './record-usage.ts';

export type MeterClustersPorts = RecordPorts &
  Pick<ProjectPorts, 'projects'> & {
    /** Of the clusters of a cell; null: there are none anywhere. */
    readonly clusterMetrics: ((cell: CellId) => ClusterMetrics) | null;
  };

const HOUR_MS = 3_600_000;

/** After the end of an hour until nothing new of it comes in. */
const SETTLED_MS = 10 * 60_000;

/** One that was stopped in the hour has used some of it. Of one that was deleted in it, that is lost. */
const WITH_CLUSTER = [...DATABASE_ANSWERS, 'PAUSING', 'INACTIVE'] as const;

const KEY = { pk: 'CLUSTER_METRICS', sk: 'READ' };
const readSchema = z.object({ hour: hourSchema });

const WRITER = 'cloudwatch';

/** Once an hour: what clusters of the projects' own have used in the one before. To do it again adds nothing. */
export async function meterClusters(ports: MeterClustersPorts): Promise<void> {
  const { table, clock, projects, clusterMetrics } = ports;
  if (clusterMetrics === null) return;
  const settled = hourOf(new Date(clock.now().getTime() - SETTLED_MS - HOUR_MS));
  const item = await table.get(KEY);
  const last = item === undefined ? undefined : readSchema.parse(item.data).hour;
  if (last !== undefined && last >= settled) return;
  // After an outage one hour in each run, until it is made up for.
  const hour = last === undefined ? settled : hourOf(new Date(startOfHour(last).getTime() + HOUR_MS));
  const from = startOfHour(hour);
  const range = { from, to: new Date(from.getTime() + HOUR_MS) };
  const all = (await Promise.all(WITH_CLUSTER.map((status) => projects.inStatus(status)))).flat();
  const byCell = Map.groupBy(
    all.filter(({ tier }) => tier === 'dedicated'),
    ({ cell }) => cell,
  );
  for (const [cell, own] of byCell) {
    const capacity = await clusterMetrics(cell).capacity(
      own.map(({ ref }) => ref),
      range,
    );
    for (const [ref, database_acu_seconds] of capacity)
      await recordUsage({ ref, hour, writer: WRITER, totals: { database_acu_seconds } }, ports);
  }
  await table.write([{ kind: 'put', if: 'any', item: { ...KEY, data: { hour } } }]);
}
