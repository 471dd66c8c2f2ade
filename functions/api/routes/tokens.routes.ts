import { tokenOperations } from '../../contract/tokens.contract.ts';
import { organizationSlugSchema, tokenIdSchema } from '../../core/kernel/ids.ts';
import { ok } from '../../core/kernel/result.ts';
import type { AccessToken } from '../../core/organization/access-token.ts';
import {
  type MintToken,
  mintOrganizationToken,
  mintPersonalToken,
  revokeToken,
} from '../../core/organization/mint-token.ts';
import type { ApiPorts, Caller } from '../call.ts';
import { type Route, onCaller, onOrganization } from '../route.ts';

const O = tokenOperations;

export const tokenRoutes: Record<keyof typeof tokenOperations, Route> = {
  listTokens: onCaller(O.listTokens, async ({ principal, ports }) =>
    ok((await ownTokens({ principal, ports })).map(render)),
  ),

  createToken: onCaller(O.createToken, async ({ body, ports, ...who }) => {
    const { organization_slug: slug } = body;
    const organization = slug === undefined ? null : organizationSlugSchema.parse(slug);
    const minted = await mintPersonalToken({ ...limitsOf(body), organization }, who, ports);
    return minted.ok ? ok({ ...render(minted.value.token), access_token: minted.value.secret }) : minted;
  }),

  revokeToken: onCaller(O.revokeToken, async ({ params, principal, actor, ports }) => {
    const id = tokenIdSchema.parse(params.token_id);
    return revokeToken({ id }, await ownTokens({ principal, ports }), null, actor, ports);
  }),

  listOrganizationTokens: onOrganization(O.listOrganizationTokens, async ({ organization, ports }) =>
    ok((await ports.organizations.tokensOf({ organization: organization.slug })).map(render)),
  ),

  createOrganizationToken: onOrganization(
    O.createOrganizationToken,
    async ({ organization, body, ports, ...who }) => {
      const asked = { ...limitsOf(body), role: body.role };
      const minted = await mintOrganizationToken(organization.slug, asked, who, ports);
      return minted.ok ? ok({ ...render(minted.value.token), access_token: minted.value.secret }) : minted;
    },
  ),

  revokeOrganizationToken: onOrganization(
    O.revokeOrganizationToken,
    async ({ organization: { slug }, params, actor, ports }) => {
      const id = tokenIdSchema.parse(params.token_id);
      const owned = await ports.organizations.tokensOf({ organization: slug });
      return revokeToken({ id }, owned, slug, actor, ports);
    },
  ),
};

function render(token: AccessToken) {
  const { id, name, organization, role, user, scopes, expires_at, last_used_at, created_at } = token;
  return {
    id,
    name,
    organization_slug: organization,
    role,
    created_by: user,
    scopes,
    expires_at,
    last_used_at,
    created_at,
  };
}

/** A token that reaches one organization is shown, and may revoke, those that reach no more. */
async function ownTokens({ principal, ports }: Pick<Caller, 'principal'> & { readonly ports: ApiPorts }) {
  const { user, token } = principal;
  if (token !== undefined && token.role !== null) return [];
  const all = await ports.organizations.tokensOf({ user: user.id });
  const reach = token?.organization ?? null;
  return reach === null ? all : all.filter((each) => each.organization === reach);
}

interface Asked {
  readonly name: string;
  readonly scopes?: MintToken['scopes'] | undefined;
  readonly expires_at?: Date | undefined;
}

function limitsOf({ name, scopes, expires_at }: Asked): MintToken {
  return { name, scopes: scopes ?? null, expires_at: expires_at ?? null };
}
