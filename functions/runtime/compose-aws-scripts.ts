import { type PackName, databaseScripts, isPackName } from '../../templates/database/scripts.ts';
import { statementsOf } from '../../templates/database/statements.ts';
import { internalKeys } from '../../templates/full/internal-keys.ts';
import type { DatabaseScripts } from '../drivers/aws/scripts.ts';

/** The login roles of the stack's services, which the scripts make without a password. */
const SERVICE_ROLES = [
  'authenticator',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_storage_admin',
  'supabase_realtime_admin',
  'light_user',
  'light_service',
  'light_meta',
] as const;

export const AWS_SCRIPTS: DatabaseScripts = {
  of: (packs, roleSuffix) =>
    databaseScripts(
      packs.map(packOf),
      roleSuffix === '' ? undefined : { roleName: (role) => `${role}${roleSuffix}` },
    ),
  statementsOf,
  passwords: ({ db_password, service_password }) =>
    new Map([
      ...SERVICE_ROLES.map((role) => [role, service_password] as const),
      ['supabase_functions_admin', internalKeys(service_password).functions_password],
      ['postgres', db_password],
    ]),
};

function packOf(name: string): PackName {
  if (!isPackName(name)) throw new Error(`there is no SQL pack "${name}"`);
  return name;
}
