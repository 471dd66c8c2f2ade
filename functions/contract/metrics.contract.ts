import { z } from 'zod';
import { none, operation } from './operation.ts';

export const metricsOperations = {
  readMetrics: operation({
    method: 'GET',
    path: '/metrics',
    summary: 'Tell Prometheus how the installation is; for its operator',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.string(),
    answers: 'exposition',
  }),
} as const;
