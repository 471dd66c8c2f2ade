import { z } from 'zod';
import { type Result, err, ok } from '../core/kernel/result.ts';
import { type CellId, cellIdSchema } from '../core/kernel/ids.ts';
import { type Issuer, identitySettings, issuerOf, issuerProblems } from './identity-settings.ts';
import { type StripeSettings, stripeOf, stripeProblems, stripeSettings } from './stripe-settings.ts';
import { WORKFLOWS, type WorkflowName } from '../core/project/workflows.port.ts';

/** Where a cell's record is in the table. The digest is that of its text, so that a changed cell has a new address. */
export interface CellAddress {
  readonly id: CellId;
  readonly digest: string;
}

/** Settings of the functions of the control plane on AWS. What each of them may do with them, its role says. */
export interface AwsConfig {
  /** The region of the control plane. */
  readonly home: string;
  readonly table: string;
  readonly stateMachines: Readonly<Record<WorkflowName, string>>;
  /** What the machines' tasks invoke. */
  readonly stepFunction: string;
  /** The first one takes projects whose creator named no region. */
  readonly cells: readonly CellAddress[];
  readonly mailSender: string;
  readonly dashboardUrl: string;
  readonly apiUrl: string;
  /** Who signs people in; undefined: there are access tokens alone. */
  readonly issuer: Issuer | undefined;
  /** Who collects what is owed; undefined: nobody, or the function has nothing to do with it. */
  readonly stripe: StripeSettings | undefined;
  /** Requests a minute, by token. */
  readonly rateLimit: number;
}

/** Supabase's. */
const RATE_LIMIT = 120;

type Environment = Readonly<Record<string, string | undefined>>;

const arn = z.string().regex(/^arn:aws[a-z-]*:[a-z]+:[a-z0-9-]+:\d{12}:.+$/, 'must be an ARN');

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

const cellAddress = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}\/[0-9a-f]{16}$/, 'must be a list of <cell>/<digest>, separated by commas')
  .transform((text): CellAddress => {
    const [id, digest = ''] = text.split('/');
    return { id: cellIdSchema.parse(id), digest };
  });

const schema = z.object({
  AWS_REGION: z.string().min(1),
  BASEPLANE_TABLE: z.string().min(1),
  BASEPLANE_STATE_MACHINES: json.pipe(z.record(z.enum(WORKFLOWS), arn)),
  BASEPLANE_STEP_FUNCTION: arn,
  BASEPLANE_CELLS: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(cellAddress)),
  BASEPLANE_MAIL_SENDER: z.email(),
  BASEPLANE_DASHBOARD_URL: z.url(),
  BASEPLANE_API_URL: z.url(),
  ...identitySettings,
  ...stripeSettings,
});

/** Every problem at once, a line each. The values are the deployment's: a problem here is a fault of the deployment. */
export function readAwsConfig(env: Environment): Result<AwsConfig, readonly string[]> {
  const known = new Set(Object.keys(schema.shape));
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('BASEPLANE_') && !known.has(name))
    .map((name) => `${name} is not a setting; the settings are ${[...known].join(', ')}`);
  const parsed = schema.safeParse(env);
  problems.push(...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  problems.push(...issuerProblems(env), ...stripeProblems(env));
  if (!parsed.success || problems.length > 0) return err(problems);
  const { data } = parsed;
  return ok({
    home: data.AWS_REGION,
    table: data.BASEPLANE_TABLE,
    stateMachines: data.BASEPLANE_STATE_MACHINES,
    stepFunction: data.BASEPLANE_STEP_FUNCTION,
    cells: data.BASEPLANE_CELLS,
    mailSender: data.BASEPLANE_MAIL_SENDER,
    dashboardUrl: data.BASEPLANE_DASHBOARD_URL,
    apiUrl: data.BASEPLANE_API_URL,
    issuer: issuerOf(data),
    stripe: stripeOf(data),
    rateLimit: data.BASEPLANE_RATE_LIMIT ?? RATE_LIMIT,
  });
}

/** A function without its settings must not come up. */
export function awsConfig(env: Environment = process.env): AwsConfig {
  const config = readAwsConfig(env);
  if (config.ok) return config.value;
  throw new Error(`The function is not configured: ${config.error.join('; ')}.`);
}
