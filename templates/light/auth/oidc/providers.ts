import type { AuthSettings } from '../settings.ts';
import type { Statements } from '../users/store.ts';
import type { Provider } from './provider-settings.ts';

type Row = {
  identifier: string;
  issuer: string;
  client_id: string;
  client_secret: string;
  scopes: string[];
  acceptable_client_ids: string[];
  skip_nonce_check: boolean;
  email_optional: boolean;
  authorization_params: Record<string, string>;
};

/** A provider by name: of the project's settings, or made by an administrator, whose names begin with `custom:`. */
export async function findProvider(
  sql: Statements,
  { providers }: AuthSettings,
  name: string,
): Promise<Provider | undefined> {
  const known = providers.find((provider) => provider.name === name);
  if (known !== undefined) return known;
  const [row] = await sql<Row[]>`
    select * from auth.custom_oauth_providers
    where identifier = ${name} and provider_type = 'oidc' and enabled`;
  if (row === undefined) return undefined;
  const { identifier, scopes, ...rest } = row;
  return { ...rest, name: identifier, scopes: [...new Set(['openid', ...scopes])] };
}
