import { backupOperations } from '../../contract/backups.contract.ts';
import { fail } from '../../core/kernel/errors.ts';
import { ok } from '../../core/kernel/result.ts';
import { PLAN_LIMITS } from '../../core/organization/plans.ts';
import { backupSchedule, changeBackupSchedule } from '../../core/project/backup-schedule.ts';
import type { Backup } from '../../core/project/backups.port.ts';
import {
  createRestorePoint,
  findRestorePoint,
  listBackups,
  restoreBackup,
  restoreToTime,
  window,
} from '../../core/project/backups.ts';
import type { Project } from '../../core/project/project.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onProject } from '../route.ts';

const O = backupOperations;

const unix = (date: Date) => Math.floor(date.getTime() / 1000);

export const backupRoutes: Record<keyof typeof backupOperations, Route> = {
  listBackups: onProject(O.listBackups, async ({ project, ports }) => {
    const backups = await listBackups(project.value, ports);
    if (!backups.ok) return backups;
    const [earliest, latest] = window(backups.value, ports.clock.now());
    return ok({
      region: project.value.region,
      // That is a program, and none that is used here.
      walg_enabled: false,
      pitr_enabled: true,
      backups: backups.value.map(({ id, completed }) => ({
        id,
        is_physical_backup: true,
        status: completed === null ? ('PENDING' as const) : ('COMPLETED' as const),
        inserted_at: new Date(id).toISOString(),
      })),
      physical_backup_data:
        earliest === undefined
          ? {}
          : {
              // The next whole second: the one before begins before the backup was there.
              earliest_physical_backup_date_unix: unix(earliest) + 1,
              latest_physical_backup_date_unix: unix(latest),
            },
    });
  }),

  restorePitrBackup: onProject(O.restorePitrBackup, ({ project, body, actor, ports }) =>
    restoreToTime(project.value, new Date(body.recovery_time_target_unix * 1000), actor, ports),
  ),

  createRestorePoint: onProject(O.createRestorePoint, async ({ project, body, actor, ports }) => {
    const point = await createRestorePoint(project.value, body.name, actor, ports);
    return point.ok ? ok(renderPoint(point.value)) : point;
  }),

  getRestorePoint: onProject(O.getRestorePoint, async ({ project, query, ports }) => {
    const point = await findRestorePoint(project.value, query.name, ports);
    return point.ok ? ok(renderPoint(point.value)) : point;
  }),

  restorePhysicalBackup: onProject(O.restorePhysicalBackup, ({ project, body, actor, ports }) =>
    restoreBackup(project.value, ({ id }) => id === body.id, actor, ports),
  ),

  getBackupSchedule: onProject(O.getBackupSchedule, async ({ project, ports }) => {
    if (!(await hasSchedule(project.value, ports))) return NO_SCHEDULE;
    return ok(await backupSchedule(project.value, ports));
  }),

  updateBackupSchedule: onProject(O.updateBackupSchedule, async ({ project, body, actor, ports }) => {
    if (!(await hasSchedule(project.value, ports))) return NO_SCHEDULE;
    return ok(await changeBackupSchedule(project.value, body.schedule_for, actor, ports));
  }),

  undoToRestorePoint: onProject(O.undoToRestorePoint, ({ project, body, actor, ports }) =>
    restoreBackup(project.value, ({ name }) => name === body.name, actor, ports),
  ),
};

const NO_SCHEDULE = fail('quota_exceeded', 'The organization’s plan has no daily backups.', {
  suggestion: 'Take one by hand with POST …/database/backups/restore-point, or choose a higher plan.',
});

async function hasSchedule({ organization }: Project, { organizations }: ApiPorts): Promise<boolean> {
  const found = await organizations.organization(organization);
  return found !== undefined && PLAN_LIMITS[found.plan].backup_days > 0;
}

function renderPoint({ name, completed }: Backup) {
  return {
    name: name ?? '',
    status: completed === null ? ('PENDING' as const) : ('AVAILABLE' as const),
    completed_on: completed?.toISOString() ?? null,
  };
}
