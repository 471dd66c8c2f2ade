import { z } from 'zod';
import type { Auth } from '../auth.ts';
import { type Answer, type Call, type Fields, type Handler } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { RouteTable } from '../routes.ts';
import { adminOnly } from '../users/guards.ts';

const PATH = '/admin/custom-providers';
const MOST_LONG = 2048;
const Https = z.url({ protocol: /^https$/ }).max(MOST_LONG);

const Changes = z.object({
  name: z.string().min(1).max(100).optional(),
  client_id: z.string().min(1).max(512).optional(),
  client_secret: z.string().min(1).optional(),
  acceptable_client_ids: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  enabled: z.boolean().optional(),
  email_optional: z.boolean().optional(),
  skip_nonce_check: z.boolean().optional(),
  pkce_enabled: z.boolean().optional(),
  issuer: Https.optional(),
  authorization_params: z.record(z.string(), z.string()).optional(),
});
const NewProvider = Changes.required({
  name: true,
  client_id: true,
  client_secret: true,
  issuer: true,
}).extend({
  provider_type: z.literal('oidc', 'the light template takes providers of type oidc alone'),
  identifier: z.string().regex(/^custom:[a-z0-9][a-z0-9:-]{0,41}[a-z0-9]$/, 'must be custom: and a name'),
});

/** Providers that administrators add while the project runs; their secrets are written and never read out. */
export function customProviderRoutes({ sql }: Auth): RouteTable {
  const find = async (identifier: string): Promise<Fields | undefined> => {
    const [row] = await sql<
      Fields[]
    >`select * from auth.custom_oauth_providers where identifier = ${identifier}`;
    return row;
  };
  const about = (handler: (call: Call, identifier: string, row: Fields) => Promise<Answer>): Handler =>
    adminOnly(async (call) => {
      const identifier = decodeURIComponent(call.params['provider'] ?? '');
      const row = await find(identifier);
      return row === undefined
        ? new Refusal(404, 'custom_provider_not_found', 'Custom provider not found')
        : handler(call, identifier, row);
    });

  const list: Handler = async ({ query }) => {
    const type = query.get('type');
    const rows = await sql<Fields[]>`
      select * from auth.custom_oauth_providers
      where ${type}::text is null or provider_type = ${type} order by created_at`;
    return Response.json({ providers: rows.map(render) });
  };

  const create: Handler = async ({ body }) => {
    const given = NewProvider.safeParse(body);
    if (!given.success) return badProvider(given.error);
    if ((await find(given.data.identifier)) !== undefined)
      return new Refusal(400, 'conflict', 'A provider with this identifier exists');
    await sql`insert into auth.custom_oauth_providers ${sql(columnsOf(given.data))}`;
    return Response.json(render((await find(given.data.identifier)) ?? {}), { status: 201 });
  };

  const change = async ({ body }: Call, identifier: string): Promise<Answer> => {
    const given = Changes.safeParse(body);
    if (!given.success) return badProvider(given.error);
    const columns = { ...columnsOf(given.data), updated_at: new Date() };
    await sql`update auth.custom_oauth_providers set ${sql(columns)} where identifier = ${identifier}`;
    return Response.json(render((await find(identifier)) ?? {}));
  };

  const remove = async (_call: Call, identifier: string): Promise<Answer> => {
    await sql`delete from auth.custom_oauth_providers where identifier = ${identifier}`;
    return new Response(null, { status: 204 });
  };

  return {
    [`GET ${PATH}`]: adminOnly(list),
    [`POST ${PATH}`]: adminOnly(create),
    [`GET ${PATH}/:provider`]: about(async (_call, _identifier, row) => Response.json(render(row))),
    [`PUT ${PATH}/:provider`]: about(change),
    [`DELETE ${PATH}/:provider`]: about(remove),
  };
}

function columnsOf({ authorization_params: params, ...rest }: z.infer<typeof Changes>): Fields {
  return { ...rest, ...(params === undefined ? {} : { authorization_params: JSON.stringify(params) }) };
}

function render({ client_secret: _secret, cached_discovery: _found, ...shown }: Fields): Fields {
  return shown;
}

function badProvider(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  return invalid(`${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is not valid'}`);
}
