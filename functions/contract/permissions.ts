/** Supabase's names for what an operation asks of its caller; the last ones are ours. */
export const PERMISSIONS = [
  'organizations_read',
  'organizations_create',
  'organization_admin_read',
  'organization_projects_create',
  'projects_read',
  'project_admin_read',
  'project_admin_write',
  'api_gateway_keys_read',
  'database_read',
  'database_write',
  'audit_read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['owner', 'administrator', 'developer', 'read_only'] as const;

export type Role = (typeof ROLES)[number];
