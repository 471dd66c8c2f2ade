import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The folders of this module, in the order they build on each other. */
const packs = ['base', 'light', 'messaging'] as const;
export type PackName = (typeof packs)[number];

export function isPackName(name: string): name is PackName {
  return packs.some((pack) => pack === name);
}

/** Roles that belong to one project; anon, authenticated and service_role are the same for all of a cluster. */
export const projectRoles = [
  'postgres',
  'authenticator',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_storage_admin',
  'supabase_realtime_admin',
  'supabase_functions_admin',
  'supabase_replication_admin',
  'supabase_read_only_user',
  'dashboard_user',
  'light_user',
  'light_service',
  'light_meta',
] as const;
type ProjectRole = (typeof projectRoles)[number];

export type DatabaseScript = {
  /** `<pack>/<file>.sql` */
  readonly name: string;
  readonly sql: string;
  /** Of `sql`, in hex. */
  readonly sha256: string;
};

/** Given where several projects share a cluster: what the project calls its own roles there. */
export type SharedCluster = { readonly roleName: (role: ProjectRole) => string };

type Template = { readonly pack: PackName; readonly name: string; readonly text: string };

const templates: readonly Template[] = packs.flatMap((pack) =>
  readdirSync(new URL(`${pack}/`, import.meta.url))
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => ({
      pack,
      name: `${pack}/${file}`,
      text: readFileSync(new URL(`${pack}/${file}`, import.meta.url), 'utf8'),
    })),
);

/** The scripts of the packs in order of application. Each may be applied again, whole or statement by statement. */
export function databaseScripts(
  wanted: readonly PackName[],
  shared?: SharedCluster,
): readonly DatabaseScript[] {
  const values = placeholders(shared);
  return templates
    .filter(({ pack }) => wanted.includes(pack))
    .map(({ name, text }) => {
      const sql = text.replaceAll(/\{\{([a-z_:]+)\}\}/g, (placeholder, key: string) => {
        const value = values.get(key);
        if (value === undefined) throw new Error(`${name} has the unknown placeholder ${placeholder}`);
        return value;
      });
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}

/** Role names stand in the scripts both bare and inside string literals, so only a plain identifier is safe. */
const plainIdentifier = /^[a-z_][a-z0-9_]{0,62}$/;

function placeholders(shared: SharedCluster | undefined): ReadonlyMap<string, string> {
  const values = new Map([['shared_cluster', String(shared !== undefined)]]);
  for (const role of projectRoles) {
    const name = shared?.roleName(role) ?? role;
    if (!plainIdentifier.test(name)) {
      throw new Error(`"${name}" cannot be the name of role ${role}: use at most 63 of a-z, 0-9 and _`);
    }
    values.set(`role:${role}`, name);
  }
  return values;
}
