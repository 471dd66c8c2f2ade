import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { IdleAfter } from './idle-after.ts';
import type { IdleFacts, IdleWarning } from './idle-verdict.ts';

export interface IdlePorts extends Pick<ProjectPorts, 'organizations' | 'clock' | 'uses'> {
  readonly table: Table;
  readonly idleAfter: IdleAfter;
}

const warningSchema = z.object({ idle_since: z.iso.datetime(), warned_at: z.iso.datetime() });
const warningKey = (ref: ProjectRef) => ({ pk: `PROJECT#${ref}`, sk: 'IDLE_WARNING' });

async function idleWarning(ref: ProjectRef, table: Table): Promise<IdleWarning | undefined> {
  const item = await table.get(warningKey(ref));
  return item && warningSchema.parse(item.data);
}

/** False: the project has changed meanwhile, and the warning is not kept. */
export async function keepWarning(
  { ref }: Pick<Project, 'ref'>,
  warning: IdleWarning,
  { table, projects }: Pick<IdlePorts, 'table'> & Pick<ProjectPorts, 'projects'>,
): Promise<void> {
  const project = await projects.find(ref);
  // Nothing is to be left of a project that was deleted.
  if (project === undefined) return;
  await table.write([
    { kind: 'put', item: { ...warningKey(ref), data: { ...warning } }, if: 'any' },
    { kind: 'check', key: projects.keyOf(ref), if: { version: project.version } },
  ]);
}

/** All that the verdict goes by. */
export async function idleFacts(project: Project, ports: IdlePorts): Promise<IdleFacts> {
  const organization = await ports.organizations.organization(project.organization);
  return {
    project,
    activity: await ports.uses.lastActivity(project.ref),
    // Of an organization that is just being deleted nothing is paused any more.
    idleAfterMs: organization === undefined ? null : ports.idleAfter(organization.plan),
    warning: await idleWarning(project.ref, ports.table),
    now: ports.clock.now(),
  };
}
