import type { Permission } from '../../contract/permissions.ts';
import { PROJECT_ACTIONS, type ProjectAction } from '../../contract/status.ts';
import { judge, type Principal } from '../organization/principal.ts';
import { forbidden } from './access.ts';
import { type ProjectEvent, sentence, transition } from './life-cycle.ts';
import type { Project } from './project.ts';

interface Asked {
  readonly event: ProjectEvent;
  readonly permission: Permission;
}

/** The event of the life cycle that each action is, and what it takes to ask for it. */
const ACTIONS: Readonly<Record<ProjectAction, Asked>> = {
  retry: { event: 'provision', permission: 'project_admin_write' },
  pause: { event: 'pause', permission: 'project_admin_write' },
  restore: { event: 'restore', permission: 'project_admin_write' },
  recover: { event: 'recover', permission: 'backups_write' },
  restart: { event: 'restart', permission: 'project_admin_write' },
  upgrade: { event: 'upgrade', permission: 'project_admin_write' },
  delete: { event: 'remove', permission: 'project_admin_write' },
};

export interface Permitted {
  readonly action: ProjectAction;
  readonly allowed: boolean;
  /** Why not, a sentence; null where it is allowed. */
  readonly because: string | null;
}

export function permittedActions(principal: Principal, project: Project, now: Date): Permitted[] {
  return PROJECT_ACTIONS.map((action) => {
    const because = obstacle(principal, project, ACTIONS[action], now);
    return { action, allowed: because === null, because };
  });
}

function obstacle(principal: Principal, project: Project, { event, permission }: Asked, now: Date) {
  const verdict = judge(principal, project.organization, permission);
  if (verdict !== 'granted') return forbidden(permission).error.message;
  const step = transition(project.status, event, now);
  return step.ok ? null : sentence(step.error.because);
}
