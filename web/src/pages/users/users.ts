import type { AnswerOf } from '../../api/types.ts';

export const PAGE_SIZE = 50;

/** By part of an address, or a whole id. `$1` empty: all. */
export const LIST_USERS = `
select id, email, phone, is_anonymous, created_at, last_sign_in_at,
       coalesce(email_confirmed_at, phone_confirmed_at) is not null as confirmed,
       coalesce(banned_until > now(), false) as banned,
       coalesce(raw_app_meta_data -> 'providers', '[]') as providers,
       count(*) over () as total
  from auth.users
 where deleted_at is null
   and ($1 = '' or strpos(lower(coalesce(email, '') || ' ' || coalesce(phone, '')), lower($1)) > 0 or id::text = $1)
 order by created_at desc, id
 limit $2::int offset $3::int`;

export interface AuthUser {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly anonymous: boolean;
  readonly confirmed: boolean;
  readonly banned: boolean;
  readonly providers: readonly string[];
  readonly created_at: string;
  readonly last_sign_in_at: string | null;
}

type Row = AnswerOf<'runReadOnlyQuery'>[number];

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

export const userOf = (row: Row): AuthUser => ({
  id: textOf(row['id']) ?? '',
  email: textOf(row['email']),
  phone: textOf(row['phone']),
  anonymous: row['is_anonymous'] === true,
  confirmed: row['confirmed'] === true,
  banned: row['banned'] === true,
  providers: Array.isArray(row['providers']) ? row['providers'].map(String) : [],
  created_at: textOf(row['created_at']) ?? '',
  last_sign_in_at: textOf(row['last_sign_in_at']),
});

export const nameOf = ({ email, phone, anonymous }: AuthUser) =>
  email ?? phone ?? (anonymous ? 'Anonymous' : 'Without an address');
