import { z } from 'zod';
import { REGION_CODES } from '../../functions/contract/regions.ts';

const hostname = z
  .string()
  .max(200, 'must be at most 200 characters')
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a domain such as example.com');

/** An origin: the edge adds a path of its own to it. */
const origin = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.origin === text;
}, 'must be an https address without a path, such as https://api.example.com');

/** Everything that tells one cell from another. */
export const cellSettingsSchema = z.strictObject({
  /** `production` keeps its data when it is deleted; any other stage is removed whole. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, 'must be up to 16 lower-case letters, digits or dashes'),
  /** Names the cell's resources, so it is unique in the account and region. At most 20, as ECR takes 30 with its prefix. */
  cell: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be up to 20 lower-case letters, digits or dashes'),
  region: z.enum(REGION_CODES, 'must be a region code that Supabase knows'),
  rootDomain: hostname,
  hostedZoneId: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of the root domain’s Route 53 zone'),
  wakeUrl: origin,
  /** The cell that answers for refs without a record of their own; one per root domain. */
  defaultCell: z.boolean(),
  /** A /16, so that 5,000 projects may each have two task sets while one takes over from the other. */
  cidr: z
    .string()
    .regex(
      /^(?:10\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/,
      'must be a private /16 such as 10.0.0.0/16',
    ),
});

export type CellSettings = z.infer<typeof cellSettingsSchema>;

export interface StagePolicy {
  /** Data outlives the stack, and nothing that holds any can be deleted by mistake. */
  readonly keepsData: boolean;
  readonly edgeTasks: { readonly min: number; readonly max: number };
  /** One NAT gateway per zone: a zone's failure takes no other zone's way out with it. */
  readonly natGateways: number;
  /** Aurora capacity units, 2 GiB of memory each. */
  readonly databaseCapacity: { readonly min: number; readonly max: number };
  readonly databaseReplicas: number;
  readonly backupDays: number;
  readonly logDays: 30 | 90;
}

const PRODUCTION: StagePolicy = {
  keepsData: true,
  edgeTasks: { min: 2, max: 10 },
  natGateways: 2,
  // Below 1, Aurora limits the cluster to 2,000 connections.
  databaseCapacity: { min: 1, max: 32 },
  databaseReplicas: 1,
  backupDays: 14,
  logDays: 90,
};

const PASSING: StagePolicy = {
  keepsData: false,
  edgeTasks: { min: 1, max: 2 },
  natGateways: 1,
  // At 0 the cluster sleeps after five minutes without a connection and costs its storage only.
  databaseCapacity: { min: 0, max: 4 },
  databaseReplicas: 0,
  backupDays: 1,
  logDays: 30,
};

export function stagePolicy(stage: string): StagePolicy {
  return stage === 'production' ? PRODUCTION : PASSING;
}
