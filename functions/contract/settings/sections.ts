import { MESSAGE_SETTINGS } from './auth-messages.ts';
import { PROVIDER_SETTINGS } from './auth-providers.ts';
import { SIGN_IN_SETTINGS } from './auth-sign-in.ts';
import { POSTGRES_SETTINGS } from './postgres.ts';
import { POOLER_SETTINGS, POSTGREST_SETTINGS, REALTIME_SETTINGS, STORAGE_SETTINGS } from './services.ts';
import { type SettingTable, text } from './setting.ts';

/** All that can be set of a project, by the part that it is of. */
export const SECTIONS = {
  auth: { ...SIGN_IN_SETTINGS, ...MESSAGE_SETTINGS, ...PROVIDER_SETTINGS },
  postgrest: POSTGREST_SETTINGS,
  storage: STORAGE_SETTINGS,
  realtime: REALTIME_SETTINGS,
  postgres: POSTGRES_SETTINGS,
  pooler: POOLER_SETTINGS,
  /** JSON: the issuers whose tokens the services take beside those of the project's own Auth. */
  third_party: { integrations: text(null) },
} as const satisfies Readonly<Record<string, SettingTable>>;

export type SectionName = keyof typeof SECTIONS;

export const SECTION_NAMES = Object.keys(SECTIONS).filter((name): name is SectionName => name in SECTIONS);
