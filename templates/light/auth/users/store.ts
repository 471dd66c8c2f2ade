import { randomUUID } from 'node:crypto';
import type { Sql, SqlPool } from '../../database/sql.ts';
import type { Fields } from '../call.ts';
import type { User } from './user.ts';

/** A pool or a transaction. */
export type Statements = Sql;
export type Pool = SqlPool;

type Key = { id: string } | { email: string } | { phone: string };

/** Timestamps inside JSON in the form that the driver's dates are rendered in. */
function selectUsers(sql: Statements, condition: ReturnType<typeof withId>) {
  return sql<User[]>`
    select u.*,
      (select coalesce(json_agg(json_build_object(
          'id', i.id, 'provider', i.provider, 'provider_id', i.provider_id, 'user_id', i.user_id,
          'identity_data', i.identity_data, 'email', i.email, 'last_sign_in_at', i.last_sign_in_at,
          'created_at', i.created_at, 'updated_at', i.updated_at
        ) order by i.created_at), '[]') from auth.identities i where i.user_id = u.id) as identities,
      (select coalesce(json_agg(json_build_object(
          'id', f.id, 'friendly_name', f.friendly_name, 'factor_type', f.factor_type, 'status', f.status,
          'created_at', f.created_at, 'updated_at', f.updated_at
        ) order by f.created_at), '[]') from auth.mfa_factors f where f.user_id = u.id) as factors
    from auth.users u where ${condition}`;
}

function withId(sql: Statements, id: string) {
  return sql`u.id = ${id}`;
}

export async function findUser(sql: Statements, key: Key): Promise<User | undefined> {
  const condition =
    'id' in key
      ? withId(sql, key.id)
      : 'email' in key
        ? sql`u.email = ${key.email.toLowerCase()} and not u.is_sso_user`
        : sql`u.phone = ${key.phone}`;
  const [user] = await selectUsers(sql, condition);
  return user;
}

export async function listUsers(
  sql: Statements,
  page: { limit: number; offset: number; filter: string },
): Promise<{ users: User[]; total: number }> {
  const filter = page.filter === '' ? null : `%${page.filter.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const matches = sql`(${filter}::text is null or u.email ilike ${filter} or u.phone like ${filter}
    or u.raw_user_meta_data ->> 'full_name' ilike ${filter})`;
  const [count] = await sql<
    { total: number }[]
  >`select count(*)::int as total from auth.users u where ${matches}`;
  const users = await selectUsers(
    sql,
    sql`${matches} order by u.created_at desc, u.id limit ${page.limit} offset ${page.offset}`,
  );
  return { users, total: count?.total ?? 0 };
}

/** Inserts what is given beside GoTrue's defaults. */
export async function insertUser(sql: Statements, fields: Fields): Promise<string> {
  const id = typeof fields['id'] === 'string' ? fields['id'] : randomUUID();
  const row = { aud: 'authenticated', role: 'authenticated', ...fields, id };
  await sql`insert into auth.users ${sql(row)}`;
  await sql`update auth.users set created_at = now(), updated_at = now() where id = ${id}`;
  return id;
}

export async function updateUser(sql: Statements, id: string, fields: Fields): Promise<void> {
  await sql`update auth.users set ${sql({ ...fields })}, updated_at = now() where id = ${id}`;
}

export async function deleteUser(sql: Statements, id: string): Promise<void> {
  await sql`delete from auth.users where id = ${id}`;
}

/** Metadata as GoTrue merges it: a null takes a key away. */
export function mergeMetadata(current: Fields | null, changes: Fields): Fields {
  const merged = { ...current, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}
