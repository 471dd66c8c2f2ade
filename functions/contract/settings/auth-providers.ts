import { type Setting, type SettingTable, flag, secret, text } from './setting.ts';

const USUAL = ['enabled', 'client_id', 'secret', 'email_optional'] as const;

/** Who can vouch for users, and what of each can be set. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  apple: [...USUAL, 'additional_client_ids'],
  azure: [...USUAL, 'url'],
  bitbucket: USUAL,
  discord: USUAL,
  facebook: USUAL,
  figma: USUAL,
  github: USUAL,
  gitlab: [...USUAL, 'url'],
  google: [...USUAL, 'additional_client_ids', 'skip_nonce_check'],
  kakao: USUAL,
  keycloak: [...USUAL, 'url'],
  linkedin_oidc: USUAL,
  notion: USUAL,
  slack: USUAL,
  slack_oidc: USUAL,
  spotify: USUAL,
  twitch: USUAL,
  twitter: USUAL,
  workos: ['enabled', 'client_id', 'secret', 'url'],
  x: USUAL,
  zoom: USUAL,
};

const FIELDS: Readonly<Record<string, Setting>> = {
  enabled: flag(false),
  client_id: text(null),
  secret,
  email_optional: flag(false),
  additional_client_ids: text(null),
  skip_nonce_check: flag(false),
  url: text(null, { pattern: /^(https?:\/\/\S+)?$/ }),
};

export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS);

export const PROVIDER_SETTINGS: SettingTable = Object.fromEntries(
  Object.entries(PROVIDERS).flatMap(([provider, fields]) =>
    fields.flatMap((field) => {
      const setting = FIELDS[field];
      return setting === undefined ? [] : [[`external_${provider}_${field}`, setting] as const];
    }),
  ),
);
