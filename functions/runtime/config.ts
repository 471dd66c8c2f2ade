import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { type Result, err, ok } from '../core/kernel/result.ts';
import { type Issuer, identitySettings, issuerOf, issuerProblems } from './identity-settings.ts';

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
  /** How many stacks are kept prepared. */
  readonly pool: number;
  /** Who signs people in; undefined: there are access tokens alone. */
  readonly issuer: Issuer | undefined;
  /** Requests a minute, by token. */
  readonly rateLimit: number;
}

/** For one machine's own owner, whose tests ask all the time; Supabase's 120 is for many who share. */
const RATE_LIMIT = 6000;

type Environment = Readonly<Record<string, string | undefined>>;

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 1 to 65535')
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, 'must be a port number from 1 to 65535');

/** Settings that the architecture names and this version does not have: set, they must not be passed over. */
const MISSING = {
  BASEPLANE_IDLE_AFTER: 'idle pausing is not part of this version',
} as const;

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
    .regex(/^\d{1,2}$/, 'must be a number from 0 to 99')
    .transform(Number)
    .default(2),
  ...identitySettings,
});

const PORTS = ['BASEPLANE_PORT', 'BASEPLANE_TLS_PORT', 'BASEPLANE_PG_PORT'] as const;

const KNOWN = new Set([...Object.keys(schema.shape), ...Object.keys(MISSING)]);

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
    ...Object.entries(MISSING)
      .filter(([name]) => given[name] !== undefined)
      .map(([name, why]) => `${name}: ${why}; unset it`),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...issuerProblems(given),
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
    issuer: issuerOf(data),
    rateLimit: data.BASEPLANE_RATE_LIMIT ?? RATE_LIMIT,
  });
}
