import type { SectionName } from '../../functions/contract/settings/sections.ts';
import type { SettingValue } from '../../functions/contract/settings/setting.ts';
import {
  type SettingKey,
  type Values,
  secretKey,
  valuesOf,
} from '../../functions/core/project/settings/settings.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { ProjectTemplate } from '../../functions/core/project/template.ts';

/** What a process is told of its project's settings. */
export interface SettingsEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Variables whose values only the process may see, each with its key in the project's secret settings. */
  readonly secrets: Readonly<Record<string, SettingKey>>;
}

/** As much of a stack as says what is set. */
export interface ConfiguredStack extends Pick<Stack, 'settings'> {
  readonly template: Pick<ProjectTemplate, 'settings'>;
}

/** What a stack does not answer for now. */
export type RefusedRequests = Stack['refusals'];

/** The variable of each setting that a process takes as it is. */
export type Variables = Readonly<Record<string, string>>;

export function textOf(value: SettingValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

export function sectionOf(stack: ConfiguredStack, section: SectionName): Values {
  return valuesOf(stack.template, section, stack.settings);
}

/** Variables of all settings that have a value. */
export function variablesOf(values: Values, names: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([setting, variable]) => {
      const text = textOf(values[setting]);
      return text === '' ? [] : [[variable, text] as const];
    }),
  );
}

/** Of the secret settings that have a value. */
export function secretsOf(
  { settings }: ConfiguredStack,
  section: SectionName,
  names: Variables,
): Readonly<Record<string, SettingKey>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([setting, variable]) =>
      settings[section].secrets.includes(setting) ? [[variable, secretKey(section, setting)] as const] : [],
    ),
  );
}
