import { z } from 'zod';
import { REGION_CODES, type RegionCode } from '../../../functions/contract/regions.ts';
import { type Result, err, ok } from '../../../functions/core/kernel/result.ts';

export interface CellToDeploy {
  readonly id: string;
  readonly region: RegionCode;
  /** By its place in the list: a cell that is added at the end changes no other one. */
  readonly cidr: string;
}

interface StripePrices {
  readonly pro: string;
  readonly team: string | undefined;
  readonly usage: string;
}

/** What an operator says of the installation, checked. */
export interface Settings {
  readonly stage: string;
  readonly production: boolean;
  /** Projects answer at `<ref>.<rootDomain>`, the API at `api.<rootDomain>`. */
  readonly rootDomain: string;
  readonly hostedZoneId: string;
  /** The control plane is in the region of the first one, which also answers for refs without a record. */
  readonly cells: readonly [CellToDeploy, ...CellToDeploy[]];
  readonly mailSender: string;
  readonly alarmEmail: string | undefined;
  readonly dashboard: boolean;
  /** The prices in Stripe; undefined: nobody is billed. */
  readonly stripe: StripePrices | undefined;
  /** Whether databases are reached from outside. */
  readonly postgres: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const hostname = z
  .string({ error: 'is missing: the domain under which everything is reached, such as example.com' })
  .regex(
    /^(?=.{1,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a domain such as example.com',
  );

const CELL = /^([a-z][a-z0-9-]{0,19}):([a-z0-9-]+)$/;

const cell = z.string().transform((text, context) => {
  const [, id = '', code = ''] = CELL.exec(text) ?? [];
  const region = REGION_CODES.find((each) => each === code);
  if (id !== '' && region !== undefined) return { id, region };
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not <name>:<region>, such as euc1:eu-central-1`,
  });
  return z.NEVER;
});

const price = z.string().regex(/^price_\w+$/, 'must be the id of a price in Stripe, such as price_1Abc');

/** A function has a policy for each, and IAM attaches ten to a role. */
const MAX_CELLS = 10;

const schema = z.object({
  BASEPLANE_ROOT_DOMAIN: hostname,
  BASEPLANE_HOSTED_ZONE_ID: z
    .string({ error: 'is missing: the id of the root domain’s Route 53 zone' })
    .regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a Route 53 zone, such as Z0123456789ABC'),
  BASEPLANE_CELLS: z
    .string({ error: 'is missing: the cells to have, such as euc1:eu-central-1' })
    .transform((text) => text.split(','))
    .pipe(z.array(cell).max(MAX_CELLS, `names more than ${MAX_CELLS} cells`))
    .refine((cells) => new Set(cells.map(({ id }) => id)).size === cells.length, 'names a cell twice'),
  BASEPLANE_MAIL_SENDER: z.email('must be an address that SES may send from').optional(),
  BASEPLANE_ALARM_EMAIL: z.email('must be the address that alarms go to').optional(),
  BASEPLANE_DASHBOARD: z.enum(['on', 'off'], 'must be on or off').default('on'),
  BASEPLANE_STRIPE_PRICE_PRO: price.optional(),
  BASEPLANE_STRIPE_PRICE_TEAM: price.optional(),
  BASEPLANE_STRIPE_PRICE_USAGE: price.optional(),
  BASEPLANE_POSTGRES: z.enum(['on', 'off'], 'must be on or off').default('off'),
});

/** As CloudFormation, Cognito and IAM take it within the names of things. */
const STAGE = /^[a-z][a-z0-9-]{0,15}$/;

/** Every problem at once, a line each. */
export function readSettings(stage: string, env: Environment): Result<Settings, readonly string[]> {
  const known = Object.keys(schema.shape);
  // An empty variable is how shells and env files unset one.
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('BASEPLANE_') && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is not a setting; the settings are ${known.join(', ')}`),
    ...(STAGE.test(stage)
      ? []
      : [`the stage "${stage}" must be up to 16 lower-case letters, digits or dashes`]),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path[0]?.toString()} ${message}`),
  ];
  if (!parsed.success || problems.length > 0) return err(problems);
  const { data } = parsed;
  const production = stage === 'production';
  if (production && data.BASEPLANE_ALARM_EMAIL === undefined) {
    return err(['BASEPLANE_ALARM_EMAIL is missing: in production somebody has to hear of alarms']);
  }
  const {
    BASEPLANE_STRIPE_PRICE_PRO: pro,
    BASEPLANE_STRIPE_PRICE_TEAM: team,
    BASEPLANE_STRIPE_PRICE_USAGE: usage,
  } = data;
  if ((pro === undefined) !== (usage === undefined) || (team !== undefined && pro === undefined)) {
    return err(['BASEPLANE_STRIPE_PRICE_PRO and BASEPLANE_STRIPE_PRICE_USAGE go together: set both or none']);
  }
  const [first, ...more] = data.BASEPLANE_CELLS.map((each, index) => ({
    ...each,
    cidr: `10.${index}.0.0/16`,
  }));
  if (first === undefined) return err(['BASEPLANE_CELLS names no cell']);
  return ok({
    stage,
    production,
    rootDomain: data.BASEPLANE_ROOT_DOMAIN,
    hostedZoneId: data.BASEPLANE_HOSTED_ZONE_ID,
    cells: [first, ...more],
    mailSender: data.BASEPLANE_MAIL_SENDER ?? `noreply@${data.BASEPLANE_ROOT_DOMAIN}`,
    alarmEmail: data.BASEPLANE_ALARM_EMAIL,
    dashboard: data.BASEPLANE_DASHBOARD === 'on',
    stripe: pro === undefined || usage === undefined ? undefined : { pro, team, usage },
    postgres: data.BASEPLANE_POSTGRES === 'on',
  });
}

/** The region of the control plane, if the settings name one; SST asks for it before it can be told what is wrong. */
export function homeRegion(env: Environment): RegionCode | undefined {
  const [, , code] = CELL.exec(env['BASEPLANE_CELLS']?.split(',')[0] ?? '') ?? [];
  return REGION_CODES.find((each) => each === code);
}
