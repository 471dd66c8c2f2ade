import {
  POSTGRES_SETTINGS,
  type PostgresContext,
  isPostgresSetting,
} from '../../../contract/settings/postgres.ts';
import type { SectionName } from '../../../contract/settings/sections.ts';
import { type DomainError, fail } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { ProjectTemplate, ServiceName, Target } from '../template.ts';
import { type ChangedSection, type Settings, fallbackOf, valuesOf } from './settings.ts';

const SERVICES: Readonly<Record<SectionName, ServiceName>> = {
  auth: 'auth',
  postgrest: 'rest',
  storage: 'storage',
  realtime: 'realtime',
  postgres: 'db',
  pooler: 'db',
  third_party: 'auth',
};

/**
 * What of Postgres can be set on each target. On Aurora a project's own are those that a database can have; the others
 * are of a cluster, whose parameters belong to the cell.
 */
const CONTEXTS: Readonly<Record<Target, readonly PostgresContext[]>> = {
  local: ['session', 'reload', 'start'],
  aws: ['session'],
};

function canHonour(template: ProjectTemplate, target: Target, section: SectionName, name: string): boolean {
  if (!template.services.includes(SERVICES[section])) return false;
  if (section === 'postgres')
    return isPostgresSetting(name) && CONTEXTS[target].includes(POSTGRES_SETTINGS[name].context);
  return template.settings[section]?.honours.includes(name) ?? false;
}

/** Whether all that would be set of a section can be put in force; what cannot is never stored. */
export function judgeSection(
  { template, target }: { readonly template: ProjectTemplate; readonly target: Target },
  section: SectionName,
  settings: Settings,
): Result<void, DomainError> {
  const { values, secrets }: ChangedSection = settings[section];
  const names = [...Object.keys(values), ...secrets];
  const first = names.find((name) => !canHonour(template, target, section, name));
  if (first !== undefined) return notHonoured(template, target, section, first);
  const refusal = template.settings[section]?.judge?.(valuesOf(template, section, settings), target);
  if (refusal === undefined) return ok(undefined);
  const { because, name } = refusal;
  return fail('validation_failed', `body.${name}: ${because}`, { field: `body.${name}` });
}

function notHonoured(template: ProjectTemplate, target: Target, section: SectionName, name: string) {
  const field = `body.${name}`;
  if (!template.services.includes(SERVICES[section])) {
    return fail(
      'not_implemented',
      `A project of the template "${template.name}" has no ${SERVICES[section]}.`,
      {
        field,
      },
    );
  }
  const fallback = JSON.stringify(fallbackOf(template, section, name));
  return fail(
    'not_implemented',
    `${name} cannot be put in force by the template "${template.name}" on the ${target} target, so it stays ${fallback}.`,
    { field, suggestion: 'Leave it out of the request.' },
  );
}
