import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { PoolBounds } from '../core/project/pool-size.ts';
import { type Result, err, ok } from '../core/kernel/result.ts';
import { type Issuer, identitySettings, issuerOf, issuerProblems } from './identity-settings.ts';
import { type StripeSettings, stripeOf, stripeProblems, stripeSettings } from './stripe-settings.ts';

/** Settings of the local cloud, checked and with their defaults filled in. */
export interface LocalConfig {
  readonly port: number;
  /** Absolute path of the state directory. */
  readonly home: string;
  readonly projectDomain: string;
  readonly tlsPort: number | undefined;
  readonly postgresPort: number | undefined;
  /** Directory of `postgres` and `initdb`; undefined: the bundled ones. */
  readonly postgresBinaries: string | undefined;
  /** How many stacks are kept prepared, at least and at most. */
  readonly pool: PoolBounds;
  /** Milliseconds without a use after which projects are paused; undefined: as their plan says. */
  readonly idleAfterMs: number | undefined;
  /** What is printed: words for a person, or all that is logged, a line of JSON each. */
  readonly log: 'text' | 'json';
  /** Who signs people in; undefined: there are access tokens alone. */
  readonly issuer: Issuer | undefined;
  /** Who collects what is owed; undefined: nobody. */
  readonly stripe: StripeSettings | undefined;
  /** Requests a minute, by token. */
  readonly rateLimit: number;
  /** Whom custom hostnames are looked up with; undefined: whom the machine asks. */
  readonly nameServers: readonly string[] | undefined;
}

/** For one machine's own owner, whose tests ask all the time; Supabase's 120 is for many who share. */
const RATE_LIMIT = 6000;

type Environment = Readonly<Record<string, string | undefined>>;

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 1 to 65535')
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, 'must be a port number from 1 to 65535');

const UNITS = { s: 1000, m: 60_000, h: 3600_000, d: 24 * 3600_000 } as const;
const DURATION = /^([1-9]\d{0,5})([smhd])$/;
/** Less than it takes to pause a project and to wake it would keep both from ever ending. */
const LEAST_IDLE_MS = 5000;

const idleTime = z
  .string()
  .regex(DURATION, 'must be a time such as 30s, 45m, 12h or 7d')
  .transform((text) => {
    const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
    return Number(count) * (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? UNITS[unit] : 0);
  })
  .refine((milliseconds) => milliseconds >= LEAST_IDLE_MS, 'must be 5s at least');

const nameServers = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .refine(
    (all) => all.every((each) => isIP(each) !== 0 || /^[\d.]+:\d{1,5}$/.test(each)),
    'must be IP addresses, separated by commas; an IPv4 address may be followed by :port',
  );

const schema = z.object({
  BASEPLANE_PORT: port.default(8000),
  BASEPLANE_HOME: z.string().min(1, 'must not be empty').default('.baseplane'),
  BASEPLANE_PROJECT_DOMAIN: z
    .string()
    .regex(
      /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
      'must be a domain name in lower case',
    )
    .default('localhost'),
  BASEPLANE_TLS_PORT: port.optional(),
  BASEPLANE_PG_PORT: port.optional(),
  BASEPLANE_PG_BIN: z.string().refine(isAbsolute, 'must be an absolute path').optional(),
  BASEPLANE_POOL: z
    .string()
    .regex(/^\d{1,2}(-\d{1,2})?$/, 'must be a number from 0 to 99, or two with a dash between them')
    .transform((text): PoolBounds => {
      const [floor = 0, ceiling = floor] = text.split('-').map(Number);
      return { floor, ceiling };
    })
    .refine(({ floor, ceiling }) => floor <= ceiling, 'must begin with the smaller number')
    .default({ floor: 2, ceiling: 4 }),
  BASEPLANE_IDLE_AFTER: idleTime.optional(),
  BASEPLANE_NAME_SERVERS: nameServers.optional(),
  BASEPLANE_LOG: z.enum(['text', 'json'], 'must be text or json').default('text'),
  ...identitySettings,
  ...stripeSettings,
});

const PORTS = ['BASEPLANE_PORT', 'BASEPLANE_TLS_PORT', 'BASEPLANE_PG_PORT'] as const;

const KNOWN = new Set(Object.keys(schema.shape));

/** Every problem at once, a line each. */
export function readLocalConfig(env: Environment, cwd: string): Result<LocalConfig, readonly string[]> {
  // An empty variable is how shells and Compose files unset one.
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...Object.keys(given)
      .filter((name) => name.startsWith('BASEPLANE_') && !KNOWN.has(name))
      .map((name) => `${name} is not a setting; the settings are ${[...KNOWN].join(', ')}`),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...issuerProblems(given),
    ...stripeProblems(given),
  ];
  if (!parsed.success || problems.length > 0) return err(problems);
  const { data } = parsed;
  const ports = PORTS.map((name) => ({ name, port: data[name] })).filter(({ port }) => port !== undefined);
  const twice = ports.flatMap(({ name, port: at }, index) =>
    ports
      .slice(0, index)
      .flatMap((other) => (other.port === at ? [`${name} and ${other.name} must differ`] : [])),
  );
  if (twice.length > 0) return err(twice);
  return ok({
    port: data.BASEPLANE_PORT,
    home: resolve(cwd, data.BASEPLANE_HOME),
    projectDomain: data.BASEPLANE_PROJECT_DOMAIN,
    tlsPort: data.BASEPLANE_TLS_PORT,
    postgresPort: data.BASEPLANE_PG_PORT,
    postgresBinaries: data.BASEPLANE_PG_BIN,
    pool: data.BASEPLANE_POOL,
    idleAfterMs: data.BASEPLANE_IDLE_AFTER,
    log: data.BASEPLANE_LOG,
    issuer: issuerOf(data),
    stripe: stripeOf(data),
    rateLimit: data.BASEPLANE_RATE_LIMIT ?? RATE_LIMIT,
    nameServers: data.BASEPLANE_NAME_SERVERS,
  });
}
