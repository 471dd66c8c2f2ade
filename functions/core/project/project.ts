import { z } from 'zod';
import { DATABASE_TIERS, INSTANCE_SIZES, REGION_CODES } from '../../contract/regions.ts';
import { PROJECT_STATUSES } from '../../contract/status.ts';
import { cellIdSchema, executionIdSchema, organizationSlugSchema, projectRefSchema } from '../kernel/ids.ts';
import { branchSchema } from './branch.ts';
import { recoverySchema } from './backups.port.ts';
import { idleEvidenceSchema } from './idle.ts';
import { FEATURES } from './template.ts';

/** Instants are ISO 8601 in UTC with milliseconds, so that they sort as text. */
const instant = z.iso.datetime();

export const projectSchema = z.object({
  ref: projectRefSchema,
  name: z.string(),
  organization: organizationSlugSchema,
  region: z.enum(REGION_CODES),
  cell: cellIdSchema,
  template: z.string(),
  /** That of the stack that serves, or served last; the SQL of it, or of a newer one, is in the database. */
  template_version: z.string(),
  /** That of the stack that is being brought up, where it is another one. */
  coming_version: z.string().nullable().default(null),
  features: z.array(z.enum(FEATURES)),
  tier: z.enum(DATABASE_TIERS),
  size: z.enum(INSTANCE_SIZES),
  /** That of the stack before, which serves again where the newest one does not come up; null: the same. */
  size_before: z.enum(INSTANCE_SIZES).nullable().default(null),
  status: z.enum(PROJECT_STATUSES),
  /** When the reconciler takes it up if the status is still the same. */
  deadline: instant.nullable(),
  /** The workflow execution that owns the project now; a step of any other one does nothing. */
  execution: executionIdSchema.nullable(),
  /** Why the last transition failed, for a person. */
  failure: z.string().nullable(),
  /** Number of the stack that serves the project; each redeployment brings up the next one beside it. */
  generation: z.int().positive(),
  /**
   * How often what its stack is made from has changed, and that count when the newest stack was begun: a stack that
   * has been begun earlier than the last change lags. The count rises in the same write as the change.
   */
  revision: z
    .object({ wanted: z.int().nonnegative(), begun: z.int().nonnegative() })
    .default({ wanted: 0, begun: 0 }),
  /**
   * Whether it is to have its tools beside it, whether the newest stack has them, and whether the one before has, which
   * serves again where the newest one does not come up.
   */
  tools: z
    .object({ wanted: z.boolean(), stack: z.boolean(), before: z.boolean() })
    .default({ wanted: false, stack: false, before: false }),
  /** Null: it is not branched. */
  branch: branchSchema.nullable().default(null),
  /** What the database is being put back to; null: it stays as it is. */
  recovery: recoverySchema.nullable().default(null),
  /** Since when it has been running; null: since it was created, or it does not run. */
  active_since: instant.nullable().default(null),
  /** It is not paused however long nobody uses it. */
  idle_exempt: z.boolean().default(false),
  /** Why it is being paused, or is paused, without anybody having asked for it. */
  idle_pause: idleEvidenceSchema.nullable().default(null),
  created_at: instant,
  updated_at: instant,
});

export type Project = z.infer<typeof projectSchema>;
