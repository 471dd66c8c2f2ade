import type { Permission } from '../../contract/permissions.ts';
import { PROJECT_ACTIONS, type ProjectAction } from '../../contract/status.ts';
import { judge, type Principal } from '../organization/principal.ts';
import { forbidden } from './access.ts';
import type { ProjectRequest } from './begin-transition.ts';
import { sentence, transition } from './life-cycle.ts';
import type { Project } from './project.ts';
import { upgradeObstacle } from './template-version.ts';
import type { Catalogue } from './template.ts';

interface Asked {
  readonly event: ProjectRequest;
  readonly permission: Permission;
  /** What else can be in the way, a sentence; null: nothing. */
  readonly obstacle?: (project: Project, catalogue: Catalogue) => string | null;
}

/** The request that each action is, which has a workflow, and what it takes to ask for it. */
const ACTIONS: Readonly<Record<ProjectAction, Asked>> = {
  retry: { event: 'provision', permission: 'project_admin_write' },
  pause: { event: 'pause', permission: 'project_admin_write' },
  restore: { event: 'restore', permission: 'project_admin_write' },
  recover: { event: 'recover', permission: 'backups_write' },
  restart: { event: 'restart', permission: 'project_admin_write' },
  upgrade: { event: 'upgrade', permission: 'project_admin_write', obstacle: upgradeObstacle },
  delete: { event: 'remove', permission: 'project_admin_write' },
};

export interface Permitted {
  readonly action: ProjectAction;
  readonly allowed: boolean;
  /** Why not, a sentence; null where it is allowed. */
  readonly because: string | null;
}

interface Context {
  readonly catalogue: Catalogue;
  readonly now: Date;
}

export function permittedActions(principal: Principal, project: Project, context: Context): Permitted[] {
  return PROJECT_ACTIONS.map((action) => {
    const because = inTheWay(principal, project, ACTIONS[action], context);
    return { action, allowed: because === null, because };
  });
}

function inTheWay(
  principal: Principal,
  project: Project,
  { event, permission, obstacle }: Asked,
  { catalogue, now }: Context,
): string | null {
  const verdict = judge(principal, project.organization, permission);
  if (verdict !== 'granted') return forbidden(permission).error.message;
  const found = obstacle?.(project, catalogue) ?? null;
  if (found !== null) return found;
  const step = transition(project.status, event, now);
  return step.ok ? null : sentence(step.error.because);
}
