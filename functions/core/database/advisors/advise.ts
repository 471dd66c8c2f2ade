import { z } from 'zod';
import type { DomainError } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { ProjectPorts } from '../../project/ports.ts';
import type { Project } from '../../project/project.ts';
import { runQuery } from '../run-query.ts';
import { DEFINITION_LINTS } from './definition.lints.ts';
import { EXPOSURE_LINTS } from './exposure.lints.ts';
import { INDEX_LINTS } from './index.lints.ts';
import { COMMON, type Lint } from './lint.ts';
import { ROW_SECURITY_LINTS } from './row-security.lints.ts';

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

/** A case of a lint in a database. */
export type Finding = Omit<Row, 'lint'> & { readonly lint: Lint };

const LEVELS: readonly Lint['level'][] = ['ERROR', 'WARN', 'INFO'];

export function adviceSql(category: Lint['category']): string {
  const lints = LINTS.filter((lint) => lint.category === category);
  const cases = lints.map(({ name, sql }) => `select '${name}' as lint, found.* from (${sql}) as found`);
  return `with ${COMMON}\n${cases.join('\nunion all\n')}\norder by lint, key`;
}

/** Looks the project's database through for all faults of a kind, in one query; the worst come first. */
export async function advise(
  project: Project,
  category: Lint['category'],
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<readonly Finding[], DomainError>> {
  const read = await runQuery(project, { sql: adviceSql(category), readOnly: true }, ports);
  if (!read.ok) return read;
  const findings = read.value.flatMap((row) => {
    const { lint: name, ...found } = rowSchema.parse(row);
    const lint = LINTS.find((each) => each.name === name);
    return lint === undefined ? [] : [{ ...found, lint }];
  });
  return ok(findings.toSorted((a, b) => LEVELS.indexOf(a.lint.level) - LEVELS.indexOf(b.lint.level)));
}
