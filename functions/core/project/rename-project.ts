import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';

export async function renameProject(
  read: Versioned<Project>,
  name: string,
  actor: Actor,
  ports: Pick<ProjectPorts, 'projects' | 'clock'>,
): Promise<Result<Project, DomainError>> {
  const now = ports.clock.now();
  const { ref, organization } = read.value;
  const next = { ...read.value, name, updated_at: now.toISOString() };
  const audit = { organization, action: 'project.rename', subject: ref, actor, at: now, details: { name } };
  const written = await ports.projects.update(read, next, [auditWrite(audit)]);
  if (written.ok) return ok(next);
  return written.error.write === 0
    ? fail('conflict', 'The project was changed by others at this moment.', { suggestion: 'Try again.' })
    : fail('conflict', `There is already a project or branch named "${name}".`, { field: 'body.name' });
}
