import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { Project } from './project.ts';

const scheduleSchema = z.object({
  /** Of day, in UTC: HH:MM:SS. */
  schedule_for: z.string(),
  updated_at: z.iso.datetime(),
});
export type BackupSchedule = z.infer<typeof scheduleSchema>;

/** When most of those who could notice are asleep, or so one hopes. */
const STANDARD = '04:00:00';
const DAY_MS = 24 * 3600_000;

interface SchedulePorts {
  readonly table: Table;
  readonly clock: Clock;
}

const keyOf = ({ ref }: Pick<Project, 'ref'>) => ({ pk: `PROJECT#${ref}`, sk: 'BACKUP_SCHEDULE' });

/** When the project's daily backup is taken. */
export async function backupSchedule(
  project: Project,
  { table }: Pick<SchedulePorts, 'table'>,
): Promise<BackupSchedule> {
  const item = await table.get(keyOf(project));
  return item === undefined
    ? { schedule_for: STANDARD, updated_at: project.created_at }
    : scheduleSchema.parse(item.data);
}

export async function changeBackupSchedule(
  project: Project,
  time: string,
  actor: Actor,
  { table, clock }: SchedulePorts,
): Promise<BackupSchedule> {
  const at = clock.now();
  const schedule = { schedule_for: time, updated_at: at.toISOString() };
  const { organization, ref: subject } = project;
  const audit = { organization, action: 'project.backup_schedule.update', subject, actor, at };
  await table.write([
    { kind: 'put', if: 'any', item: { ...keyOf(project), data: schedule } },
    auditWrite({ ...audit, details: { schedule_for: time } }),
  ]);
  return schedule;
}

/** The last time, up to now, that a backup was to be taken at. */
export function lastDue({ schedule_for }: Pick<BackupSchedule, 'schedule_for'>, now: Date): Date {
  const today = new Date(`${now.toISOString().slice(0, 10)}T${schedule_for}Z`);
  return today <= now ? today : new Date(today.getTime() - DAY_MS);
}
