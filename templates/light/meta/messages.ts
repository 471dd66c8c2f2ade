import { z } from 'zod';

/** What the data plane and the process of postgres-meta say to each other. */

export const Connection = z.object({ connection: z.string() });

export const Question = z.object({
  id: z.int(),
  method: z.string().pipe(z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});
export type Question = z.input<typeof Question>;

export const Answer = z.object({
  id: z.int(),
  status: z.int(),
  type: z.string(),
  body: z.string(),
});
export type Answer = z.infer<typeof Answer>;
