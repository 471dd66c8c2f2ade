import type { OrganizationStore } from '../core/organization/organization-store.ts';
import { PLAN_LIMITS } from '../core/organization/plans.ts';
import { backupSchedule, lastDue } from '../core/project/backup-schedule.ts';
import { type BackupPorts, backedUp } from '../core/project/backups.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';

export type KeepBackupsPorts = BackupPorts &
  Pick<ProjectPorts, 'projects' | 'log'> & {
    readonly databases: Pick<ProjectPorts['databases'], 'state'>;
    readonly organizations: Pick<OrganizationStore, 'organization'>;
  };

const DAY_MS = 24 * 3600_000;

/** What was taken by hand, or left by a restore, is kept so long on a plan without daily backups, too. */
const LEAST_DAYS = 7;

/**
 * Takes the daily backups that are due and deletes those that have been kept long enough. A project that is paused
 * does not change, so that its last backup is as good as another one would be.
 */
export async function keepBackups(ports: KeepBackupsPorts): Promise<void> {
  for (const project of await ports.projects.inStatus('ACTIVE_HEALTHY')) {
    try {
      await keep(project, ports);
    } catch (error) {
      ports.log.error('could not keep the backups of a project', error, { project: project.ref });
    }
  }
}

async function keep(project: Project, ports: KeepBackupsPorts): Promise<void> {
  const stack = await backedUp(project, ports);
  const organization = await ports.organizations.organization(project.organization);
  if (!stack.ok || organization === undefined) return;
  // It is being brought up again, after its machine was lost for example.
  if ((await ports.databases.state(stack.value)) !== 'available') return;
  const { backup_days: days } = PLAN_LIMITS[organization.plan];
  const now = ports.clock.now();
  const backups = await ports.backups.list(stack.value);
  const oldest = now.getTime() - Math.max(days, LEAST_DAYS) * DAY_MS;
  const newest = Math.max(...backups.map(({ id }) => id));
  // However old, the last one stays: a project may have been paused for longer.
  const expired = backups.flatMap(({ id }) => (id < oldest && id !== newest ? [id] : []));
  if (expired.length > 0) await ports.backups.drop(stack.value, expired);
  if (days === 0) return;
  const due = lastDue(await backupSchedule(project, ports), now);
  const born = new Date(project.created_at);
  // After a restore times can be reached from a new backup only.
  const isThere = backups.some(({ id, continuous }) => continuous && id >= due.getTime());
  const restored = backups.length > 0 && !backups.some(({ continuous }) => continuous);
  if (restored || (born < due && !isThere))
    await ports.backups.take(stack.value, { id: now.getTime(), name: null });
}
