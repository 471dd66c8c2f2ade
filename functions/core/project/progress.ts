import { z } from 'zod';
import { executionIdSchema } from '../kernel/ids.ts';
import { WORKFLOWS } from './workflows.port.ts';

/** How one step of a workflow fares, for whoever watches. */
export const progressEventSchema = z.object({
  execution: executionIdSchema,
  workflow: z.enum(WORKFLOWS),
  /** Place of the step in its workflow. */
  position: z.int(),
  step: z.string(),
  title: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  /** Why it failed and what to do, or what it is waiting for. */
  message: z.string().nullable(),
});

export type ProgressEvent = z.infer<typeof progressEventSchema>;
