import { SECTIONS, type SectionName } from '../../../contract/settings/sections.ts';
import type { SettingTable, SettingValue } from '../../../contract/settings/setting.ts';
import type { ProjectTemplate } from '../template.ts';
import { type ChangedSection, type Values, fallbackOf, secretKey } from './settings.ts';

export type Change = Readonly<Record<string, SettingValue | undefined>>;

export interface Merged {
  readonly changed: ChangedSection;
  /** The new values of secret settings, by their keys in the project's secret; empty where one is to be forgotten. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A section after a change. Null, and an empty text where there is none by itself, take a setting back. */
export function mergeChange(
  template: Pick<ProjectTemplate, 'settings'>,
  section: SectionName,
  before: ChangedSection,
  change: Change,
): Merged {
  const table: SettingTable = SECTIONS[section];
  const values: Record<string, SettingValue> = { ...before.values };
  const secrets: Record<string, string> = {};
  const set = new Set(before.secrets);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    const fallback = fallbackOf(template, section, name);
    if (table[name]?.secret === true) {
      secrets[secretKey(section, name)] = String(value ?? '');
      if (value === null || value === '') set.delete(name);
      else set.add(name);
    } else if (value === null || value === fallback || (value === '' && fallback === null)) {
      delete values[name];
    } else {
      values[name] = value;
    }
  }
  return { changed: { values, secrets: [...set].toSorted() }, secrets };
}

/** The names of the settings whose values differ. */
export function differing(before: Values, after: Values): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}
