import { z } from 'zod';
import type { DomainError } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { ProjectPorts } from '../../project/ports.ts';
import type { Project } from '../../project/project.ts';
import { placeOf } from '../../project/settings/place.ts';
import { type ShowPorts, readSection } from '../../project/settings/read-settings.ts';
import { runQuery } from '../run-query.ts';
import { DEFINITION_LINTS } from './definition.lints.ts';
import { EXPOSURE_LINTS } from './exposure.lints.ts';
import { INDEX_LINTS } from './index.lints.ts';
import { type Lint, type LintText, common } from './lint.ts';
import { ROW_SECURITY_LINTS } from './row-security.lints.ts';
import { SETTINGS_LINTS } from './settings.lints.ts';

export const LINTS: readonly Lint[] = [
  ...ROW_SECURITY_LINTS,
  ...EXPOSURE_LINTS,
  ...INDEX_LINTS,
  ...DEFINITION_LINTS,
];

const rowSchema = z.object({
  lint: z.string(),
  schema: z.string(),
  name: z.string(),
  type: z.enum(['table', 'view', 'materialized view', 'foreign table', 'function', 'extension']),
  key: z.string(),
  foreign_key: z.object({ fkey_name: z.string(), fkey_columns: z.array(z.int()) }).nullable(),
  detail: z.string(),
});

type Row = z.infer<typeof rowSchema>;

/** Where a fault was found. */
export interface Finding {
  readonly lint: LintText & { readonly number?: string };
  readonly detail: string;
  readonly metadata: Partial<Pick<Row, 'schema' | 'name'> & NonNullable<Row['foreign_key']>> & {
    readonly type: Row['type'] | 'auth';
    readonly entity?: string;
  };
  /** The same for the same case, each time that it is looked for. */
  readonly cacheKey: string;
}

export type AdvisorPorts = ShowPorts & Pick<ProjectPorts, 'databases' | 'settings'>;

const LEVELS: readonly Lint['level'][] = ['ERROR', 'WARN', 'INFO'];

/** `exposed`: the schemas that the REST API serves, with commas in between. */
export function adviceSql(category: Lint['category'], exposed: string): string {
  const lints = LINTS.filter((lint) => lint.category === category);
  const cases = lints.map(({ name, sql }) => `select '${name}' as lint, found.* from (${sql}) as found`);
  return `with ${common(exposed)}\n${cases.join('\nunion all\n')}\norder by lint, key`;
}

/** Looks the project's database through for all faults of a kind, in one query; the worst come first. */
export async function advise(
  project: Project,
  category: Lint['category'],
  ports: AdvisorPorts,
): Promise<Result<readonly Finding[], DomainError>> {
  const { db_schema: exposed } = await readSection(project, 'postgrest', ports);
  const sql = adviceSql(category, String(exposed));
  const read = await runQuery(project, { sql, readOnly: true }, ports);
  if (!read.ok) return read;
  const findings = read.value.flatMap((row) => findingOf(rowSchema.parse(row)));
  return ok(findings.toSorted((a, b) => LEVELS.indexOf(a.lint.level) - LEVELS.indexOf(b.lint.level)));
}

function findingOf({ lint: name, schema, name: object, type, key, foreign_key, detail }: Row): Finding[] {
  const lint = LINTS.find((each) => each.name === name);
  if (lint === undefined) return [];
  const metadata = { schema, name: object, type, ...foreign_key };
  return [{ lint, detail, metadata, cacheKey: `${name}_${key}` }];
}

/** Looks through the settings of Auth, as far as the project's template can put them in force. */
export async function adviseOnSettings(project: Project, ports: AdvisorPorts): Promise<readonly Finding[]> {
  const values = await readSection(project, 'auth', ports);
  const honoured = placeOf(project, ports).template.settings.auth?.honours ?? [];
  return SETTINGS_LINTS.filter(
    (lint) => lint.of.every((setting) => honoured.includes(setting)) && lint.fires(values),
  ).map((lint) => ({
    lint,
    detail: lint.detail,
    metadata: { type: 'auth', entity: 'Auth' },
    cacheKey: lint.name,
  }));
}
