import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { NO_SUCH_PROJECT } from '../project/access.ts';
import type { Project } from '../project/project.ts';
import type { ProjectStore } from '../project/project-store.ts';

/** Two writers can meet; each retry means that one of them got through. */
const ATTEMPTS = 5;

/** Has a project kept running whether it is used or not, or lets it be paused again. */
export async function exemptFromPausing(
  ref: ProjectRef,
  exempt: boolean,
  actor: Actor,
  ports: { readonly projects: ProjectStore; readonly clock: Clock },
): Promise<Result<Project, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ports.projects.find(ref);
    if (read === undefined) return NO_SUCH_PROJECT;
    if (read.value.idle_exempt === exempt) return ok(read.value);
    const at = ports.clock.now();
    const next: Project = { ...read.value, idle_exempt: exempt, updated_at: at.toISOString() };
    const { organization } = next;
    const audit = { organization, action: 'project.idle.exempt', subject: ref, actor, at };
    const written = await ports.projects.update(read, next, [auditWrite({ ...audit, details: { exempt } })]);
    if (written.ok) return ok(next);
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}
