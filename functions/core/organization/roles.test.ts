import { expect, it } from 'vitest';
import { PERMISSIONS, type Permission, type ROLES } from '../../contract/permissions.ts';
import { roleGrants } from './roles.ts';

const LEAST: Record<Permission, (typeof ROLES)[number]> = {
  organizations_read: 'read_only',
  organization_admin_read: 'read_only',
  projects_read: 'read_only',
  project_admin_read: 'read_only',
  database_read: 'read_only',
  organizations_create: 'developer',
  api_gateway_keys_read: 'developer',
  database_write: 'developer',
  organization_projects_create: 'administrator',
  project_admin_write: 'administrator',
  audit_read: 'administrator',
};

it.each(PERMISSIONS)('%s is granted from its least role up, and to none below', (permission) => {
  const upward = ['read_only', 'developer', 'administrator', 'owner'] as const;
  const least = upward.findIndex((role) => role === LEAST[permission]);
  expect(upward.map((role) => roleGrants(role, permission))).toEqual(
    upward.map((_, index) => index >= least),
  );
});
