import { describe, expect, it } from 'vitest';
import { PERMISSIONS, ROLES } from '../../contract/permissions.ts';
import { roleGrants } from './roles.ts';

const held = (role: (typeof ROLES)[number]) =>
  PERMISSIONS.filter((permission) => roleGrants(role, permission));

describe('roles', () => {
  it('each hold all that the next one holds, and more', () => {
    for (const [index, role] of ROLES.entries()) {
      const next = ROLES[index + 1];
      if (next === undefined) continue;
      expect(held(role)).toEqual(expect.arrayContaining(held(next)));
      expect(held(role).length).toBeGreaterThan(held(next).length);
    }
  });

  it('leave nothing out that an owner can do, and nothing but reading to the last', () => {
    expect(held('owner')).toEqual([...PERMISSIONS]);
    expect(held('read_only').filter((permission) => !permission.endsWith('_read'))).toEqual([]);
  });

  it.each([
    ['api_gateway_keys_read', 'developer'],
    ['auth_signing_keys_read', 'developer'],
    ['database_write', 'developer'],
    ['edge_functions_write', 'developer'],
    ['project_admin_write', 'administrator'],
    ['members_write', 'administrator'],
    ['audit_read', 'administrator'],
    ['organization_admin_write', 'owner'],
  ] as const)('keep %s from those below %s', (permission, least) => {
    const allowed = ROLES.filter((role) => roleGrants(role, permission));
    expect(allowed.at(-1)).toBe(least);
  });
});
