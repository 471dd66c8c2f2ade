import { loginRoleOperations } from '../../contract/login-roles.contract.ts';
import { createLoginRole, deleteLoginRoles } from '../../core/database/login-roles.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = loginRoleOperations;

export const loginRoleRoutes: Record<keyof typeof loginRoleOperations, Route> = {
  createLoginRole: onProject(O.createLoginRole, async ({ project, body, actor, ports }) => {
    const made = await createLoginRole(project.value, body.read_only, actor, ports);
    if (!made.ok) return made;
    const { role, password, ttlSeconds } = made.value;
    return ok({ role, password, ttl_seconds: ttlSeconds });
  }),

  deleteLoginRoles: onProject(O.deleteLoginRoles, async ({ project, actor, ports }) => {
    const deleted = await deleteLoginRoles(project.value, actor, ports);
    return deleted.ok ? ok({ message: 'ok' as const }) : deleted;
  }),
};
