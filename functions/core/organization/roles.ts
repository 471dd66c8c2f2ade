import { PERMISSIONS, type Permission, type Role } from '../../contract/permissions.ts';

const READ: readonly Permission[] = [
  'organizations_read',
  'organization_admin_read',
  'projects_read',
  'project_admin_read',
  'database_read',
];

const DEVELOP: readonly Permission[] = [
  ...READ,
  'api_gateway_keys_read',
  'database_write',
  'organizations_create',
];

/** What each role may do in its organization. Each row holds all of the row above it. */
const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  read_only: new Set(READ),
  developer: new Set(DEVELOP),
  administrator: new Set([...DEVELOP, 'organization_projects_create', 'project_admin_write', 'audit_read']),
  owner: new Set(PERMISSIONS),
};

export function roleGrants(role: Role, permission: Permission): boolean {
  return GRANTS[role].has(permission);
}
