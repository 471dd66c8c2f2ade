import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const advice = z.object({
  lints: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      level: z.enum(['ERROR', 'WARN', 'INFO']),
      facing: z.literal('EXTERNAL'),
      categories: z.array(z.enum(['PERFORMANCE', 'SECURITY'])),
      description: z.string(),
      detail: z.string(),
      remediation: z.string(),
      metadata: z
        .object({
          schema: z.string(),
          name: z.string(),
          type: z.string(),
          entity: z.string(),
          fkey_name: z.string(),
          fkey_columns: z.array(z.number()),
        })
        .partial(),
      cache_key: z.string(),
    }),
  ),
});

const policy = { on: 'project', permission: 'advisors_read' } as const;

export const advisorOperations = {
  getSecurityAdvice: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/advisors/security',
    summary: 'Look for what is known to make a database insecure',
    policy,
    params: refParams,
    query: z.strictObject({ lint_type: z.enum(['sql']).optional() }),
    body: none,
    status: 200,
    response: advice,
  }),
  getPerformanceAdvice: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/advisors/performance',
    summary: 'Look for what is known to make a database slow',
    policy,
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: advice,
  }),
} as const;
