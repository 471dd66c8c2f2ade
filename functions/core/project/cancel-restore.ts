import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import type { Project } from './project.ts';

const OF_A_BACKUP = fail('conflict', 'A backup that is being put back is not left half-way.', {
  suggestion: 'Wait until the project is ACTIVE_HEALTHY; the data of before is kept as a backup.',
});

const NOT_RESTORING = fail('illegal_transition', 'The project is not being restored.');

/** Puts a project that is being woken back to rest, however far that has come. */
export async function cancelRestore(
  { ref, status, recovery }: Project,
  actor: Actor,
  ports: TransitionPorts,
): Promise<Result<undefined, DomainError>> {
  if (status !== 'RESTORING') return NOT_RESTORING;
  if (recovery !== null) return OF_A_BACKUP;
  const begun = await beginTransition(ref, 'cancel_restore', actor, ports);
  return begun.ok ? ok(undefined) : begun;
}
