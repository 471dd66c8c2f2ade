import type { ServicesPorts } from '../core/database/ask-services.ts';
import { atOnce } from '../core/kernel/at-once.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';
import { DATABASE_ANSWERS } from '../core/project/database-answers.ts';
import { findTemplate } from '../core/project/template.ts';
import { type MeterClustersPorts, meterClusters } from '../core/usage/meter-clusters.ts';
import { hoursToSample, meterHour } from '../core/usage/meter-hour.ts';
import { monthOf } from '../core/usage/period.ts';
import { type RecordPorts, recordCounters } from '../core/usage/record-usage.ts';
import { noteRunning } from '../core/project/runs.ts';
import { askMetrics, countersIn } from '../core/usage/runtime-counters.ts';
import { sampleProject } from '../core/usage/sample-project.ts';

export type MeterPorts = RecordPorts &
  MeterClustersPorts &
  ServicesPorts &
  Pick<ProjectPorts, 'databases' | 'projects' | 'uses' | 'log'>;

/** Projects that are asked at the same time. */
const AT_ONCE = 8;

const RUNTIME = 'runtime';

/**
 * Reads what projects count themselves and, once an hour, how large they are. What it takes grows with how many projects
 * run, not with what goes on in them. To run it at any time, twice or late counts nothing twice.
 */
export async function meter(ports: MeterPorts): Promise<void> {
  const running = (
    await Promise.all(DATABASE_ANSWERS.map((status) => ports.projects.inStatus(status)))
  ).flat();
  await atOnce(running, AT_ONCE, (project) => meterProject(project, ports));
  await meterClusters(ports);
}

async function meterProject(project: Project, ports: MeterPorts): Promise<void> {
  for (const [what, read] of Object.entries(READINGS)) {
    try {
      await read(project, ports);
    } catch (error) {
      ports.log.error(`could not meter ${what} of a project`, error, { project: project.ref });
    }
  }
}

const READINGS: Readonly<Record<string, (project: Project, ports: MeterPorts) => Promise<void>>> = {
  async 'the running time'(project, ports) {
    await noteRunning(project, ports.table);
  },

  async 'the counters'(project, ports) {
    if (findTemplate(ports.catalogue, project.template)?.metrics !== true) return;
    const page = await askMetrics(project, ports);
    // It has begun to rest meanwhile, or has no key that it could be asked with.
    if (!page.ok && page.error.code === 'conflict') return;
    if (!page.ok) throw new Error(page.error.message);
    const counters = countersIn(page.value);
    if (counters === undefined) return;
    await recordCounters(project.ref, RUNTIME, counters, ports);
    // What is open is used now, for as long as it is.
    if (counters.open > 0) await ports.uses.note(project.ref, 'realtime');
  },

  async 'the sizes'(project, ports) {
    if ((await hoursToSample(project.ref, ports)).length === 0) return;
    const sample = await sampleProject(project, monthOf(ports.clock.now()), ports);
    if (!sample.ok) throw new Error(sample.error.message);
    await meterHour(project.ref, sample.value, ports);
    if (sample.value.usesRealtime) await ports.uses.note(project.ref, 'realtime');
  },
};
