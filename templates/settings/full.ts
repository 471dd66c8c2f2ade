import type { SectionName } from '../../functions/contract/settings/sections.ts';
import type { Values } from '../../functions/core/project/settings/settings.ts';
import type { TemplateSettings } from '../../functions/core/project/template.ts';
import {
  type ConfiguredStack,
  type SettingsEnvironment,
  type Variables,
  sectionOf,
  variablesOf,
} from './environment.ts';
import { FULL_AUTH, authEnvironment } from './full-auth.ts';

const REST: Variables = { db_pool: 'PGRST_DB_POOL' };

const STORAGE: Variables = {
  file_size_limit: 'FILE_SIZE_LIMIT',
  image_transformation: 'IMAGE_TRANSFORMATION_ENABLED',
  s3_protocol: 'S3_PROTOCOL_ENABLED',
};

/** Columns of Realtime's tenant of the same names. */
const REALTIME = [
  'max_concurrent_users',
  'max_events_per_second',
  'max_bytes_per_second',
  'max_channels_per_client',
  'max_joins_per_second',
  'suspend',
];

/** What Realtime's tenant is to have. */
export function tenantOf(stack: ConfiguredStack): Values {
  const values = sectionOf(stack, 'realtime');
  return Object.fromEntries(REALTIME.map((name) => [name, values[name] ?? null]));
}

/** What each of the containers is told, by its name. */
export function fullEnvironments(stack: ConfiguredStack): Readonly<Record<string, SettingsEnvironment>> {
  const plain = (section: SectionName, names: Variables) => ({
    variables: variablesOf(sectionOf(stack, section), names),
    secrets: {},
  });
  return {
    auth: authEnvironment(stack),
    rest: plain('postgrest', REST),
    storage: plain('storage', STORAGE),
  };
}

export const FULL_SETTINGS: Readonly<Partial<Record<SectionName, TemplateSettings>>> = {
  auth: FULL_AUTH,
  postgrest: { honours: ['db_schema', 'max_rows', 'db_extra_search_path', ...Object.keys(REST)] },
  storage: { honours: Object.keys(STORAGE), fallbacks: { s3_protocol: true } },
  realtime: { honours: REALTIME },
};
