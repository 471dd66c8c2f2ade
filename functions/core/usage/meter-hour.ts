import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Key, Write } from '../kernel/table.port.ts';
import { usagePartition } from '../project/metered-project.ts';
import { type Run, runsOf } from '../project/runs.ts';
import { hoursRun } from './compute.ts';
import type { Amounts } from './meters.ts';
import { type Hour, hourOf, hourSchema, startOfHour } from './period.ts';
import type { RecordPorts } from './record-usage.ts';

/** Levels and peaks as they are now: how large the database is, how many people were active this month. */
export interface Sample {
  readonly amounts: Amounts;
}

/** An outage of the meter longer than that leaves a gap, rather than a tick that takes for ever. */
const MOST_HOURS = 72;

const cursorSchema = z.object({ hour: hourSchema });

const cursorKey = (ref: ProjectRef): Key => ({ pk: usagePartition(ref), sk: 'SAMPLED' });

/** The hours that a sample of now stands for: this one and those before, since the last, that the project ran in. */
export async function hoursToSample(
  ref: ProjectRef,
  { table, clock }: RecordPorts,
): Promise<readonly Hour[]> {
  const now = clock.now();
  const [item, runs] = await Promise.all([table.get(cursorKey(ref)), runsOf(ref, table)]);
  const sampled = item === undefined ? undefined : cursorSchema.parse(item.data).hour;
  return unsampled(runs, sampled, now);
}

function unsampled(runs: readonly Run[], sampled: Hour | undefined, now: Date): readonly Hour[] {
  const from =
    sampled === undefined ? (runs[0]?.start ?? now) : new Date(startOfHour(sampled).getTime() + 3_600_000);
  const to = new Date(startOfHour(hourOf(now)).getTime() + 3_600_000);
  return [...hoursRun(runs, from, to)].toSorted().slice(-MOST_HOURS);
}

/**
 * Gives each hour that has none yet the sample. The first one of an hour stands: a job that runs twice, late, or again
 * after a crash leaves it as it is.
 */
export async function meterHour(ref: ProjectRef, sample: Sample, ports: RecordPorts): Promise<void> {
  for (const hour of await hoursToSample(ref, ports)) await sampleHour(ref, hour, sample, ports);
}

const SAMPLED = 'sample';

function sampleHour(
  ref: ProjectRef,
  hour: Hour,
  { amounts }: Sample,
  { usage, table }: RecordPorts,
): Promise<void> {
  return usage.change(ref, hour, async (record) => {
    const item = await table.get(cursorKey(ref));
    if (item !== undefined && cursorSchema.parse(item.data).hour >= hour) return undefined;
    const moved: Write = {
      kind: 'put',
      if: item === undefined ? 'absent' : { version: item.version },
      item: { ...cursorKey(ref), data: { hour } },
    };
    const parts = { ...record.parts, [SAMPLED]: record.parts[SAMPLED] ?? amounts };
    return { record: { parts }, writes: [moved] };
  });
}
