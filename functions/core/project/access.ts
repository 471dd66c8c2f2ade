import type { Permission } from '../../contract/permissions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { type Principal, judge } from '../organization/principal.ts';
import type { Project } from './project.ts';
import type { ProjectStore } from './project-store.ts';

/** An absent project and one of strangers get the very same answer. */
export const NO_SUCH_PROJECT = fail('not_found', 'Project not found.', {
  field: 'path.ref',
  suggestion: 'GET /v1/projects lists the projects that this token reaches.',
});

export async function openProject(
  principal: Principal,
  ref: ProjectRef,
  permission: Permission,
  projects: ProjectStore,
): Promise<Result<Versioned<Project>, DomainError>> {
  const found = await projects.find(ref);
  if (found === undefined) return NO_SUCH_PROJECT;
  switch (judge(principal, found.value.organization, permission)) {
    case 'stranger':
      return NO_SUCH_PROJECT;
    case 'denied':
      return forbidden(permission);
    case 'granted':
      return ok(found);
  }
}

export function forbidden(permission: Permission): { readonly ok: false; readonly error: DomainError } {
  return fail('forbidden', `This needs the permission "${permission}", which the token does not have.`, {
    suggestion: 'Use a token without scopes, or ask an owner of the organization for a higher role.',
  });
}
