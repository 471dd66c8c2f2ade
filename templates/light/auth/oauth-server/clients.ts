import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Fields } from '../call.ts';
import type { Statements } from '../users/store.ts';

export type OAuthClient = {
  id: string;
  client_secret_hash: string | null;
  registration_type: string;
  redirect_uris: string;
  grant_types: string;
  client_name: string | null;
  client_uri: string | null;
  logo_uri: string | null;
  client_type: 'public' | 'confidential';
  token_endpoint_auth_method: string;
  created_at: Date;
  updated_at: Date;
};

/** Where a code may be sent: never in the clear but to the user's own machine, never to a fragment. */
const RedirectUri = z.url().refine((value) => {
  const { protocol, hostname, hash } = new URL(value);
  if (hash !== '' || protocol === 'javascript:' || protocol === 'data:') return false;
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}, 'redirect URIs must use https, or http on localhost, and have no fragment');

/** What may be changed about a client later. */
export const ClientChanges = z.object({
  client_name: z.string().min(1).max(1024).optional(),
  client_uri: z.url().max(2048).optional(),
  logo_uri: z.url().max(2048).optional(),
  redirect_uris: z.array(RedirectUri).min(1).max(10).optional(),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token']))
    .min(1)
    .optional(),
  token_endpoint_auth_method: z.enum(['none', 'client_secret_basic', 'client_secret_post']).optional(),
});
export const NewClient = ClientChanges.required({ client_name: true, redirect_uris: true }).extend({
  client_type: z.enum(['public', 'confidential']).optional(),
});

export async function findClient(sql: Statements, id: string): Promise<OAuthClient | undefined> {
  const [client] = await sql<OAuthClient[]>`
    select * from auth.oauth_clients where id = ${id} and deleted_at is null`;
  return client;
}

export function makeSecret(): { secret: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

export function secretFits({ client_secret_hash: hash }: OAuthClient, secret: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const known = Buffer.from(hash ?? '');
  return given.length === known.length && timingSafeEqual(given, known);
}

/** Columns from what was given; lists are kept as GoTrue keeps them, with commas. */
export function columnsOf(given: z.infer<typeof ClientChanges>): Fields {
  const { redirect_uris: uris, grant_types: grants, ...rest } = given;
  return {
    ...rest,
    ...(uris === undefined ? {} : { redirect_uris: uris.join(',') }),
    ...(grants === undefined ? {} : { grant_types: grants.join(',') }),
  };
}

export function renderClient(client: OAuthClient, secret?: string): Fields {
  const { client_uri: uri, logo_uri: logo } = client;
  return {
    client_id: client.id,
    client_name: client.client_name ?? '',
    ...(secret === undefined ? {} : { client_secret: secret }),
    client_type: client.client_type,
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    registration_type: client.registration_type,
    ...(uri === null ? {} : { client_uri: uri }),
    ...(logo === null ? {} : { logo_uri: logo }),
    redirect_uris: client.redirect_uris.split(','),
    grant_types: client.grant_types.split(','),
    response_types: ['code'],
    created_at: client.created_at,
    updated_at: client.updated_at,
  };
}

/** What a person who is asked for consent is shown. */
export function introduceClient(client: OAuthClient): Fields {
  return {
    id: client.id,
    name: client.client_name ?? '',
    uri: client.client_uri ?? '',
    logo_uri: client.logo_uri ?? '',
  };
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
