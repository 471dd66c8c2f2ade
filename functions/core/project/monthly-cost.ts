import { AWS_PRICES } from './aws-prices.ts';
import type { ProjectTemplate, Target } from './template.ts';

const HOURS_IN_MONTH = 730;

/** In cents: what AWS takes for the part of a month's bill that is there because of one project that never rests. */
export function monthlyCost(
  { services, sizes }: Pick<ProjectTemplate, 'services' | 'sizes'>,
  target: Target,
): number {
  if (target === 'local') return 0;
  const { cpu, memory } = sizes.nano;
  const hourly =
    (cpu / 1024) * AWS_PRICES.fargate_cpu.dollars + (memory / 1024) * AWS_PRICES.fargate_memory.dollars;
  const running = services.some((name) => name !== 'db') ? hourly * HOURS_IN_MONTH : 0;
  return Math.round((running + AWS_PRICES.secret.dollars) * 100);
}
