import { createHmac } from 'node:crypto';
import { SECTIONS, type SectionName } from '../../../contract/settings/sections.ts';
import type { SettingTable, SettingValue } from '../../../contract/settings/setting.ts';
import type { ProjectSecret } from '../project-secret.ts';
import type { ProjectTemplate } from '../template.ts';

export type Values = Readonly<Record<string, SettingValue>>;

/** What of a section is not as it is by itself. */
export interface ChangedSection {
  readonly values: Values;
  /** The secret settings that have a value, by name: the values rest with the project's keys. */
  readonly secrets: readonly string[];
}

export type Settings = Readonly<Record<SectionName, ChangedSection>>;

export const UNCHANGED: ChangedSection = { values: {}, secrets: [] };

/** A project's settings as they are by themselves. */
export const NO_SETTINGS: Settings = {
  auth: UNCHANGED,
  postgrest: UNCHANGED,
  storage: UNCHANGED,
  realtime: UNCHANGED,
  postgres: UNCHANGED,
  pooler: UNCHANGED,
  third_party: UNCHANGED,
};

/** What a section is by itself: what the template has of its own, and otherwise what Supabase has. */
export function fallbackOf(
  template: Pick<ProjectTemplate, 'settings'>,
  section: SectionName,
  name: string,
): SettingValue {
  const table: SettingTable = SECTIONS[section];
  return template.settings[section]?.fallbacks?.[name] ?? table[name]?.fallback ?? null;
}

/** The values in force of a section; null in place of a secret one. */
export function valuesOf(
  template: Pick<ProjectTemplate, 'settings'>,
  section: SectionName,
  settings: Settings,
): Values {
  return Object.fromEntries(
    Object.keys(SECTIONS[section]).map((name) => [
      name,
      settings[section].values[name] ?? fallbackOf(template, section, name),
    ]),
  );
}

export type SettingKey = `${SectionName}_${string}`;

/** Where the value of a secret setting is in the project's secret; also its key there for ECS. */
export function secretKey(section: SectionName, name: string): SettingKey {
  return `${section}_${name}` as const;
}

/** A secret value as Supabase shows it, and its CLI compares it: HMAC-SHA-256 in hex, with the ref as the key. */
export function shownSecrets(
  ref: string,
  section: SectionName,
  { secrets }: ChangedSection,
  kept: ProjectSecret | undefined,
): Values {
  return Object.fromEntries(
    secrets.flatMap((name) => {
      const value = kept?.settings[secretKey(section, name)] ?? '';
      return value === '' ? [] : [[name, createHmac('sha256', ref).update(value).digest('hex')] as const];
    }),
  );
}
