/** The login roles of the CLI: it knows them by how their names begin, and leaves these out of what it compares. */
const LOGINS = [
  { login: 'cli_login_postgres', as: 'postgres', readOnly: false },
  { login: 'cli_login_supabase_read_only_user', as: 'supabase_read_only_user', readOnly: true },
] as const;

/** The name of the role that acts as `postgres`, or as the one that only reads. */
export function loginName(readOnly: boolean, roleSuffix: string): string {
  return LOGINS.find((each) => each.readOnly === readOnly)?.login + roleSuffix;
}

/**
 * What lets the role in until then with the password that the verifier is of. From its first statement on it is the
 * role that it stands for, so that it never owns anything itself. Roles whose time is over are dropped on the way.
 */
export function grantStatements(
  {
    readOnly,
    verifier,
    until,
  }: { readonly readOnly: boolean; readonly verifier: string; readonly until: Date },
  roleSuffix: string,
): readonly string[] {
  const name = loginName(readOnly, roleSuffix);
  const as = `${LOGINS.find((each) => each.readOnly === readOnly)?.as}${roleSuffix}`;
  return [
    dropping(roleSuffix, 'rolvaliduntil < now()'),
    `do $$ begin
      if to_regrole('${name}') is null then create role ${name} noinherit; end if;
      if not pg_has_role('${name}', '${as}', 'member') then grant ${as} to ${name}; end if;
    end $$`,
    `alter role ${name} login password '${verifier}' valid until '${until.toISOString()}'`,
    `alter role ${name} set role to '${as}'`,
    `alter role ${name} set search_path to "$user", public, extensions`,
    `alter role ${name} set default_transaction_read_only to ${readOnly ? 'on' : 'off'}`,
  ];
}

export function revokeStatements(roleSuffix: string): readonly string[] {
  return [dropping(roleSuffix, 'true')];
}

/** One that somebody has given rights to cannot be dropped; it is locked out all the same. */
function dropping(roleSuffix: string, condition: string): string {
  const names = LOGINS.map(({ login }) => `'${login}${roleSuffix}'`).join(', ');
  return `do $$ declare name text; begin
    for name in select rolname from pg_roles where rolname in (${names}) and ${condition} loop
      begin
        execute format('drop role %I', name);
      exception when dependent_objects_still_exist then
        execute format('alter role %I nologin password null', name);
      end;
    end loop;
  end $$`;
}
