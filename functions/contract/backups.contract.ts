import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const path = '/v1/projects/{ref}/database/backups';
const read = { on: 'project', permission: 'backups_read' } as const;
const write = { on: 'project', permission: 'backups_write' } as const;

/** Supabase's bound. */
const pointName = z.string().min(1).max(20);

const restorePoint = z.object({
  name: z.string(),
  status: z.enum(['AVAILABLE', 'PENDING', 'REMOVED', 'FAILED']),
  completed_on: z.iso.datetime().nullable(),
});

const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'must be a time of day in UTC, as 04:00:00');
const schedule = z.object({ schedule_for: timeOfDay, updated_at: z.iso.datetime() });

export const backupOperations = {
  listBackups: operation({
    method: 'GET',
    path,
    summary: 'List the backups of the database, and from when to when it can be put back to any time',
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      region: z.string(),
      walg_enabled: z.boolean(),
      pitr_enabled: z.boolean(),
      backups: z.array(
        z.object({
          id: z.int(),
          is_physical_backup: z.boolean(),
          status: z.enum(['COMPLETED', 'FAILED', 'PENDING', 'REMOVED', 'ARCHIVED', 'CANCELLED']),
          inserted_at: z.string(),
        }),
      ),
      physical_backup_data: z.object({
        earliest_physical_backup_date_unix: z.int().optional(),
        latest_physical_backup_date_unix: z.int().optional(),
      }),
    }),
  }),
  restorePitrBackup: operation({
    method: 'POST',
    path: `${path}/restore-pitr`,
    summary: 'Put the database back to how it was at a time',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({ recovery_time_target_unix: z.int().min(0).max(253_402_300_799) }),
    status: 201,
    response: none,
  }),
  createRestorePoint: operation({
    method: 'POST',
    path: `${path}/restore-point`,
    summary: 'Take a backup with a name, to come back to',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({ name: pointName }),
    status: 201,
    response: restorePoint,
  }),
  getRestorePoint: operation({
    method: 'GET',
    path: `${path}/restore-point`,
    summary: 'Get a restore point by its name, or the newest',
    policy: read,
    params: refParams,
    query: z.strictObject({ name: pointName.optional() }),
    body: none,
    status: 200,
    response: restorePoint,
  }),
  restorePhysicalBackup: operation({
    method: 'POST',
    path: `${path}/restore`,
    summary: 'Put the database back to a backup',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({ id: z.int() }),
    status: 201,
    response: none,
  }),
  getBackupSchedule: operation({
    method: 'GET',
    path: `${path}/schedule`,
    summary: 'Tell at which time of day the database is backed up',
    policy: read,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: schedule,
  }),
  updateBackupSchedule: operation({
    method: 'PATCH',
    path: `${path}/schedule`,
    summary: 'Set at which time of day the database is backed up',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({ schedule_for: timeOfDay }),
    status: 200,
    response: schedule,
  }),
  undoToRestorePoint: operation({
    method: 'POST',
    path: `${path}/undo`,
    summary: 'Put the database back to a restore point',
    policy: write,
    params: refParams,
    query: none,
    body: z.strictObject({ name: pointName }),
    status: 201,
    response: none,
  }),
} as const;
