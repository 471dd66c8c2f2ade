import { advisorOperations } from '../../contract/advisors.contract.ts';
import { type Finding, advise } from '../../core/database/advisors/advise.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = advisorOperations;

export const advisorRoutes: Record<keyof typeof advisorOperations, Route> = {
  getSecurityAdvice: onProject(O.getSecurityAdvice, async ({ project, ports }) => {
    const found = await advise(project.value, 'SECURITY', ports);
    return found.ok ? ok({ lints: found.value.map(render) }) : found;
  }),

  getPerformanceAdvice: onProject(O.getPerformanceAdvice, async ({ project, ports }) => {
    const found = await advise(project.value, 'PERFORMANCE', ports);
    return found.ok ? ok({ lints: found.value.map(render) }) : found;
  }),
};

/** Where the lints of the same numbers are explained. */
const GUIDE = 'https://supabase.com/docs/guides/database/database-linter';

function render({ lint, schema, name, type, foreign_key, key, detail }: Finding) {
  return {
    name: lint.name,
    title: lint.title,
    level: lint.level,
    facing: 'EXTERNAL' as const,
    categories: [lint.category],
    description: lint.description,
    detail,
    remediation: `${lint.remediation} See ${GUIDE}?lint=${lint.number}_${lint.name}`,
    metadata: { schema, name, type, ...foreign_key },
    cache_key: `${lint.name}_${key}`,
  };
}
