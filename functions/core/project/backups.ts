import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { Backup } from './backups.port.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import { DATABASE_ANSWERS } from './database-answers.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { NO_SETTINGS } from './settings/settings.ts';
import { type Stack, stackOf } from './stack.ts';
import { findTemplate } from './template.ts';

export type BackupPorts = Pick<ProjectPorts, 'backups' | 'catalogue'> & {
  readonly table: Table;
  readonly clock: Clock;
};

const LIST = 'GET …/database/backups lists what there is.';

/** What drivers are told of a project that can have backups. */
export async function backedUp(
  project: Project,
  { backups, catalogue }: Pick<BackupPorts, 'backups' | 'catalogue'>,
): Promise<Result<Stack, DomainError>> {
  const template = findTemplate(catalogue, project.template);
  if (template === undefined) throw new Error(`the catalogue has no template ${project.template}`);
  const stack = stackOf(project, template, NO_SETTINGS);
  const refusal = await backups.refusal(stack);
  return refusal === undefined ? ok(stack) : fail('not_implemented', refusal);
}

/** Newest first. */
export async function listBackups(
  project: Project,
  ports: BackupPorts,
): Promise<Result<readonly Backup[], DomainError>> {
  const stack = await backedUp(project, ports);
  if (!stack.ok) return stack;
  return ok((await ports.backups.list(stack.value)).toSorted((a, b) => b.id - a.id));
}

/** Takes a backup by hand, which is found again by its name. */
export async function createRestorePoint(
  project: Project,
  name: string,
  actor: Actor,
  ports: BackupPorts,
): Promise<Result<Backup, DomainError>> {
  const stack = await backedUp(project, ports);
  if (!stack.ok) return stack;
  const { organization, ref: subject, status } = project;
  if (!DATABASE_ANSWERS.includes(status))
    return fail('conflict', `No backup can be taken while the project is ${status}.`, {
      suggestion: 'Wait until the project is ACTIVE_HEALTHY, or restore it if it is paused.',
    });
  const before = await findRestorePoint(project, name, ports);
  if (before.ok)
    return fail('conflict', `There is a restore point "${name}" already.`, {
      field: 'body.name',
      suggestion: 'Give the new one another name.',
    });
  const at = ports.clock.now();
  const audit = {
    organization,
    action: 'project.restore_point.create',
    subject,
    actor,
    at,
    details: { name },
  };
  await ports.table.write([auditWrite(audit)]);
  await ports.backups.take(stack.value, { id: at.getTime(), name });
  return findRestorePoint(project, name, ports);
}

/** The newest one where no name is given. */
export async function findRestorePoint(
  project: Project,
  name: string | undefined,
  ports: BackupPorts,
): Promise<Result<Backup, DomainError>> {
  const all = await listBackups(project, ports);
  if (!all.ok) return all;
  const point = all.value.find((each) => each.name !== null && (name === undefined || each.name === name));
  return point === undefined
    ? fail('not_found', 'Restore point not found.', {
        suggestion: 'POST …/database/backups/restore-point makes one.',
      })
    : ok(point);
}

type RestorePorts = BackupPorts & TransitionPorts;

export async function restoreBackup(
  project: Project,
  find: (backup: Backup) => boolean,
  actor: Actor,
  ports: RestorePorts,
): Promise<Result<undefined, DomainError>> {
  const all = await listBackups(project, ports);
  if (!all.ok) return all;
  const backup = all.value.find((each) => each.completed !== null && find(each));
  if (backup === undefined) return fail('not_found', 'Backup not found.', { suggestion: LIST });
  return begin(project, backup, null, actor, ports);
}

/** Restores the last backup before `time`, and what was changed between the two. */
export async function restoreToTime(
  project: Project,
  time: Date,
  actor: Actor,
  ports: RestorePorts,
): Promise<Result<undefined, DomainError>> {
  const all = await listBackups(project, ports);
  if (!all.ok) return all;
  const [earliest, latest] = window(all.value, ports.clock.now());
  const backup = all.value.find((each) => isContinuous(each) && each.completed <= time);
  if (backup !== undefined && time <= latest) return begin(project, backup, time.toISOString(), actor, ports);
  return fail('validation_failed', `${time.toISOString()} cannot be restored.`, {
    field: 'body.recovery_time_target_unix',
    suggestion:
      earliest === undefined
        ? 'There is no backup yet from which a time can be reached.'
        : `Choose a time from ${earliest.toISOString()} to ${latest.toISOString()}.`,
  });
}

const isContinuous = (backup: Backup): backup is Backup & { readonly completed: Date } =>
  backup.continuous && backup.completed !== null;

/** From when to when any time can be restored. */
export function window(
  backups: readonly Backup[],
  now: Date,
): readonly [earliest: Date | undefined, latest: Date] {
  const times = backups.filter(isContinuous).map(({ completed }) => completed.getTime());
  return [times.length === 0 ? undefined : new Date(Math.min(...times)), now];
}

async function begin(
  { ref }: Project,
  { id: backup }: Backup,
  until: string | null,
  actor: Actor,
  ports: RestorePorts,
): Promise<Result<undefined, DomainError>> {
  const id = ports.clock.now().getTime();
  const begun = await beginTransition(ref, 'recover', actor, ports, () => ({
    recovery: { id, backup, until },
  }));
  return begun.ok ? ok(undefined) : begun;
}
