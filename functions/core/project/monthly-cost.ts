import type { ProjectTemplate, Target } from './template.ts';

/** AWS's list prices in us-east-1, in dollars, as docs/deployment.md reckons with them. Fargate's are for ARM. */
const CORE_HOUR = 0.032_38;
const GB_HOUR = 0.003_56;
const SECRET_MONTH = 0.4;
const HOURS_IN_MONTH = 730;

/** In cents: what AWS takes for the part of a month's bill that is there because of one project that never rests. */
export function monthlyCost(
  { services, smallest }: Pick<ProjectTemplate, 'services' | 'smallest'>,
  target: Target,
): number {
  if (target === 'local') return 0;
  const hourly = (smallest.cpu / 1024) * CORE_HOUR + (smallest.memory / 1024) * GB_HOUR;
  const running = services.some((name) => name !== 'db') ? hourly * HOURS_IN_MONTH : 0;
  return Math.round((running + SECRET_MONTH) * 100);
}
