import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Auth } from '../auth.ts';
import { type Answer, type Call, type Handler, isUuid } from '../call.ts';
import {
  ClientChanges,
  columnsOf,
  findClient,
  makeSecret,
  NewClient,
  type OAuthClient,
  renderClient,
} from '../oauth-server/clients.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { RouteTable } from '../routes.ts';
import { adminOnly } from '../users/guards.ts';
import { pageHeaders, readPage } from './pages.ts';

const PATH = '/admin/oauth/clients';

/** The apps that may ask the project's users for access. */
export function oauthClientRoutes({ rules, sql }: Auth): RouteTable {
  const offered = (handler: Handler): Handler =>
    adminOnly(async (call) => (rules.oauthServer ? handler(call) : serverOff()));
  const about = (handler: (call: Call, client: OAuthClient) => Promise<Answer>): Handler =>
    offered(async (call) => {
      const id = call.params['client'] ?? '';
      const client = isUuid(id) ? await findClient(sql, id) : undefined;
      return client === undefined ? clientNotFound() : handler(call, client);
    });

  const list: Handler = async (call) => {
    const page = readPage(call);
    if (page instanceof Refusal) return page;
    const clients = await sql<OAuthClient[]>`
      select * from auth.oauth_clients where deleted_at is null
      order by created_at desc, id limit ${page.limit} offset ${page.offset}`;
    const [count] = await sql<{ total: number }[]>`
      select count(*)::int as total from auth.oauth_clients where deleted_at is null`;
    const headers = pageHeaders(PATH, page, count?.total ?? 0);
    return Response.json(
      { clients: clients.map((client) => renderClient(client)), aud: 'authenticated' },
      { headers },
    );
  };

  const create: Handler = async ({ body }) => {
    const given = NewClient.safeParse(body);
    if (!given.success) return badClient(given.error);
    const { client_type: wanted, ...fields } = given.data;
    const type = wanted ?? (fields.token_endpoint_auth_method === 'none' ? 'public' : 'confidential');
    const made = type === 'public' ? undefined : makeSecret();
    const row = {
      id: randomUUID(),
      registration_type: 'manual',
      client_type: type,
      client_secret_hash: made?.hash ?? null,
      grant_types: 'authorization_code,refresh_token',
      token_endpoint_auth_method: type === 'public' ? 'none' : 'client_secret_basic',
      ...columnsOf(fields),
    };
    const [client] = await sql<OAuthClient[]>`insert into auth.oauth_clients ${sql(row)} returning *`;
    return client === undefined
      ? clientNotFound()
      : Response.json(renderClient(client, made?.secret), { status: 201 });
  };

  const change = async ({ body }: Call, { id }: OAuthClient): Promise<Answer> => {
    const given = ClientChanges.safeParse(body);
    if (!given.success) return badClient(given.error);
    const columns = { ...columnsOf(given.data), updated_at: new Date() };
    const [client] = await sql<OAuthClient[]>`
      update auth.oauth_clients set ${sql(columns)} where id = ${id} returning *`;
    return client === undefined ? clientNotFound() : Response.json(renderClient(client));
  };

  const remove = async (_call: Call, { id }: OAuthClient): Promise<Answer> => {
    await sql`update auth.oauth_clients set deleted_at = now() where id = ${id}`;
    await sql`delete from auth.sessions where oauth_client_id = ${id}`;
    return new Response(null, { status: 204 });
  };

  const regenerate = async (_call: Call, { id, client_type: type }: OAuthClient): Promise<Answer> => {
    if (type === 'public') return invalid('A public client has no secret');
    const made = makeSecret();
    const [client] = await sql<OAuthClient[]>`
      update auth.oauth_clients set client_secret_hash = ${made.hash}, updated_at = now()
      where id = ${id} returning *`;
    return client === undefined ? clientNotFound() : Response.json(renderClient(client, made.secret));
  };

  return {
    [`GET ${PATH}`]: offered(list),
    [`POST ${PATH}`]: offered(create),
    [`GET ${PATH}/:client`]: about(async (_call, client) => Response.json(renderClient(client))),
    [`PUT ${PATH}/:client`]: about(change),
    [`DELETE ${PATH}/:client`]: about(remove),
    [`POST ${PATH}/:client/regenerate_secret`]: about(regenerate),
  };
}

export function serverOff(): Refusal {
  return new Refusal(404, 'feature_disabled', 'OAuth server is disabled');
}

function clientNotFound(): Refusal {
  return new Refusal(404, 'oauth_client_not_found', 'OAuth client not found');
}

function badClient(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  return invalid(`${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is not valid'}`);
}
