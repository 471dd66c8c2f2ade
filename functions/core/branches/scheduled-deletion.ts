import { z } from 'zod';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type ProjectRef, projectRefSchema } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { systemActor } from '../organization/system-actor.ts';
import { type TransitionPorts, beginTransition } from '../project/begin-transition.ts';
import { parentOf } from '../project/branch.ts';
import { type BranchProject, IS_DEFAULT, reviseBranch } from './branch.ts';

export type SchedulePorts = Pick<TransitionPorts, 'projects' | 'clock'>;
export type DuePorts = TransitionPorts & { readonly table: Table };

/** Supabase's. */
const GRACE_MS = 3600_000;

/** Those whose deletion is scheduled, in the order of their refs: there are never many. */
const PARTITION = 'BRANCH_DELETIONS';
const dueKey = (ref: ProjectRef) => ({ pk: PARTITION, sk: ref });
const dueSchema = z.object({ ref: projectRefSchema, at: z.iso.datetime() });

const NOT_SCHEDULED = fail('conflict', 'No deletion of the branch is scheduled.', {
  suggestion: 'DELETE /v1/branches/{branch_id_or_ref}?force=false schedules one.',
});

/** The branch stays as it is for an hour, in which its deletion can be taken back. */
export async function scheduleDeletion(
  branch: BranchProject,
  actor: Actor,
  ports: SchedulePorts,
): Promise<Result<undefined, DomainError>> {
  if (parentOf(branch) === undefined) return IS_DEFAULT;
  const now = ports.clock.now();
  const at = new Date(now.getTime() + GRACE_MS).toISOString();
  const { ref, organization } = branch;
  const due: Write = { kind: 'put', if: 'any', item: { ...dueKey(ref), data: { ref, at } } };
  const audit = {
    organization,
    action: 'branch.delete.schedule',
    subject: ref,
    actor,
    at: now,
    details: { at },
  };
  const noted = await reviseBranch(branch, { deletion_scheduled_at: at }, [due, auditWrite(audit)], ports);
  return noted.ok ? ok(undefined) : noted;
}

export async function takeBackDeletion(
  branch: BranchProject,
  actor: Actor,
  ports: SchedulePorts,
): Promise<Result<undefined, DomainError>> {
  if (branch.branch.deletion_scheduled_at === null) return NOT_SCHEDULED;
  const { ref, organization } = branch;
  const gone: Write = { kind: 'delete', if: 'any', key: dueKey(ref) };
  const audit = { organization, action: 'branch.restore', subject: ref, actor, at: ports.clock.now() };
  const noted = await reviseBranch(branch, { deletion_scheduled_at: null }, [gone, auditWrite(audit)], ports);
  return noted.ok ? ok(undefined) : noted;
}

/** Deletes the branches whose hour is over. */
export async function deleteDueBranches(ports: DuePorts): Promise<void> {
  const actor = systemActor({ ip: '', request_id: 'scheduled-deletion' });
  const { items } = await ports.table.query({ pk: PARTITION, limit: 1000 });
  const now = ports.clock.now().toISOString();
  for (const { ref, at } of items.map(({ data }) => dueSchema.parse(data))) {
    if (at > now) continue;
    const found = (await ports.projects.find(ref))?.value;
    if (found?.branch?.deletion_scheduled_at === at) await beginTransition(ref, 'remove', actor, ports);
    await ports.table.write([{ kind: 'delete', if: 'any', key: dueKey(ref) }]);
  }
}
