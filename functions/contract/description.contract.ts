import { z } from 'zod';
import { none, operation } from './operation.ts';

export const descriptionOperations = {
  getOpenApi: operation({
    method: 'GET',
    path: '/openapi.json',
    summary: 'Describe this API',
    policy: { on: 'public' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.looseObject({ openapi: z.literal('3.1.0') }),
  }),
} as const;
