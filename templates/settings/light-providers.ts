import type { Values } from '../../functions/core/project/settings/settings.ts';
import { textOf } from './environment.ts';

/** A provider that speaks OpenID Connect, and where: null where the owner has to say. */
const ISSUERS: Readonly<Record<string, (url: string) => string | null>> = {
  azure: (url) => (url === '' ? null : `${url.replace(/\/(v2\.0)?\/?$/, '')}/v2.0`),
  gitlab: (url) => url || 'https://gitlab.com',
  google: () => 'https://accounts.google.com',
  keycloak: (url) => url || null,
  slack_oidc: () => 'https://slack.com',
};

const NAMES = Object.keys(ISSUERS);

const FIELDS = [
  'enabled',
  'client_id',
  'secret',
  'email_optional',
  'url',
  'additional_client_ids',
  'skip_nonce_check',
];

/** The settings of providers that the light template knows what to do with; some do not have all of these. */
export const PROVIDER_SETTINGS: readonly string[] = NAMES.flatMap((name) =>
  FIELDS.map((field) => `external_${name}_${field}`),
);

/** The variable of each provider's secret. */
export const PROVIDER_SECRETS: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.map((name) => [`external_${name}_secret`, `AUTH_OIDC_SECRET_${name.toUpperCase()}`]),
);

function fieldsOf(values: Values, name: string) {
  const field = (of: string) => values[`external_${name}_${of}`];
  const ids = [textOf(field('client_id')), textOf(field('additional_client_ids'))]
    .join(',')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return { ids, issuer: ISSUERS[name]?.(textOf(field('url'))) ?? null, field };
}

const enabled = (values: Values) => NAMES.filter((name) => values[`external_${name}_enabled`] === true);

/** As the light template reads them, without their secrets. */
export function providersOf(values: Values): string {
  return JSON.stringify(
    enabled(values).map((name) => {
      const { ids, issuer, field } = fieldsOf(values, name);
      const [clientId, ...others] = ids;
      return {
        name,
        issuer,
        client_id: clientId,
        acceptable_client_ids: others,
        email_optional: field('email_optional') === true,
        skip_nonce_check: field('skip_nonce_check') === true,
      };
    }),
  );
}

export function judgeProviders(
  values: Values,
): { readonly name: string; readonly because: string } | undefined {
  for (const name of enabled(values)) {
    const { ids, issuer } = fieldsOf(values, name);
    if (ids.length === 0)
      return { name: `external_${name}_client_id`, because: 'must be set where the provider is enabled' };
    if (issuer === null)
      return { name: `external_${name}_url`, because: 'must be set: the provider has no address of its own' };
  }
  return undefined;
}
