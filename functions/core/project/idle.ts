import { z } from 'zod';

const instant = z.iso.datetime();

/** Why a project was paused that nobody used: what the verdict was reached on. */
export const idleEvidenceSchema = z.object({
  decided_at: instant,
  /** Since when nothing has used it; the later of its last use and of when it was created, or woken. */
  idle_since: instant,
  idle_after_seconds: z.number(),
  last_use: z.object({ use: z.string(), at: instant }).nullable(),
  warned_at: instant,
});

export type IdleEvidence = z.infer<typeof idleEvidenceSchema>;
