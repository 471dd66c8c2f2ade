import { advisorOperations } from '../../contract/advisors.contract.ts';
import { type Finding, advise, adviseOnSettings } from '../../core/database/advisors/advise.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = advisorOperations;

export const advisorRoutes: Record<keyof typeof advisorOperations, Route> = {
  getSecurityAdvice: onProject(O.getSecurityAdvice, async ({ project, query, ports }) => {
    const found = await advise(project.value, 'SECURITY', ports);
    if (!found.ok) return found;
    const onSettings = query.lint_type === 'sql' ? [] : await adviseOnSettings(project.value, ports);
    return ok({ lints: [...found.value, ...onSettings].map(render) });
  }),

  getPerformanceAdvice: onProject(O.getPerformanceAdvice, async ({ project, ports }) => {
    const found = await advise(project.value, 'PERFORMANCE', ports);
    return found.ok ? ok({ lints: found.value.map(render) }) : found;
  }),
};

/** Where the lints of the same numbers are explained. */
const GUIDE = 'https://supabase.com/docs/guides/database/database-linter';

function render({ lint, detail, metadata, cacheKey }: Finding) {
  const { name, title, level, category, description, remediation, number } = lint;
  return {
    name,
    title,
    level,
    facing: 'EXTERNAL' as const,
    categories: [category],
    description,
    detail,
    remediation: number === undefined ? remediation : `${remediation} See ${GUIDE}?lint=${number}_${name}`,
    metadata,
    cache_key: cacheKey,
  };
}
