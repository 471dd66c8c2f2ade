import { AWS_PRICES } from './aws-prices.ts';
import type { ProjectTemplate, Target, TaskSize } from './template.ts';

const HOURS_IN_MONTH = 730;

/** In cents: what AWS takes for the part of a month's bill that is there because of one project that never rests. */
export function monthlyCost(
  { services, sizes }: Pick<ProjectTemplate, 'services' | 'sizes'>,
  target: Target,
): number {
  if (target === 'local') return 0;
  const running = services.some((name) => name !== 'db') ? taskCost(sizes.nano) : 0;
  return Math.round((running + AWS_PRICES.secret.dollars) * 100);
}

/** Likewise, of the tools beside it. */
export function monthlyCostOfTools(tools: TaskSize): number {
  return Math.round(taskCost(tools) * 100);
}

const taskCost = ({ cpu, memory }: TaskSize) =>
  HOURS_IN_MONTH *
  ((cpu / 1024) * AWS_PRICES.fargate_cpu.dollars + (memory / 1024) * AWS_PRICES.fargate_memory.dollars);
