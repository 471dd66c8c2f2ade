import { z } from 'zod';
import { none, operation } from './operation.ts';
import { INSTANCE_SIZES, REGION_CODES, REGION_GROUPS } from './regions.ts';

const group = z.object({
  name: z.string(),
  code: z.enum(REGION_GROUPS),
  type: z.literal('smartGroup'),
});

const region = z.object({
  name: z.string(),
  code: z.enum(REGION_CODES),
  type: z.literal('specific'),
  provider: z.literal('AWS'),
});

export const regionOperations = {
  listAvailableRegions: operation({
    method: 'GET',
    path: '/v1/projects/available-regions',
    summary: 'List the regions that take new projects',
    policy: { on: 'caller' },
    params: none,
    query: z.strictObject({
      organization_slug: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, "-" or "_"'),
      continent: z.enum(['NA', 'SA', 'EU', 'AF', 'AS', 'OC', 'AN']).optional(),
      desired_instance_size: z.enum(INSTANCE_SIZES).optional(),
    }),
    body: none,
    status: 200,
    response: z.object({
      recommendations: z.object({ smartGroup: group, specific: z.array(region) }),
      all: z.object({ smartGroup: z.array(group), specific: z.array(region) }),
    }),
  }),
} as const;
