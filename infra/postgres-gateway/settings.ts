import { z } from 'zod';
import { type Result, err, ok } from '../../functions/core/kernel/result.ts';

/** What a gateway in a cell is told by its task. */
export interface GatewaySettings {
  readonly cell: string;
  /** What its clients connect to; a project may be named as the label before it. */
  readonly domain: string;
  readonly port: number;
  /** Where gateways of the cell hear from one another. */
  readonly peerPort: number;
  /** The first two parts of every address in the cell's network, such as `10.0.`. */
  readonly network: string;
  readonly apiUrl: string;
  /** The region of the control plane. */
  readonly home: string;
  /** What all that the gateways of a cell have to agree on is made of: 32 random bytes and more, as text. */
  readonly seed: string;
  /** A file of certificates: who may have signed that of a database. */
  readonly databaseAuthorities: string;
  /** Where a task finds the credentials of its role. */
  readonly credentialsUrl: string;
}

const port = z.coerce.number().int().min(1).max(65_535);

/** Fargate serves them at this address. */
const CREDENTIALS_HOST = 'http://169.254.170.2';

const schema = z.object({
  BASEPLANE_CELL: z.string().min(1),
  BASEPLANE_GATEWAY_DOMAIN: z.string().regex(/^[a-z0-9.-]+$/),
  BASEPLANE_GATEWAY_PORT: port,
  BASEPLANE_GATEWAY_PEER_PORT: port,
  BASEPLANE_GATEWAY_NETWORK: z.string().regex(/^\d{1,3}\.\d{1,3}\.$/),
  BASEPLANE_GATEWAY_SEED: z.string().min(43),
  BASEPLANE_API_URL: z.url(),
  BASEPLANE_HOME_REGION: z.string().min(1),
  BASEPLANE_DATABASE_AUTHORITIES: z.string().min(1),
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: z.string().startsWith('/').optional(),
  AWS_CONTAINER_CREDENTIALS_FULL_URI: z.url().optional(),
});

/** Every problem at once, a line each; no line has a value. */
export function readGatewaySettings(
  env: Readonly<Record<string, string | undefined>>,
): Result<GatewaySettings, readonly string[]> {
  const { data, error } = schema.safeParse(env);
  if (data === undefined)
    return err(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = data;
  const credentialsUrl = relative === undefined ? full : `${CREDENTIALS_HOST}${relative}`;
  if (credentialsUrl === undefined)
    return err(['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: the task has no role']);
  return ok({
    cell: data.BASEPLANE_CELL,
    domain: data.BASEPLANE_GATEWAY_DOMAIN,
    port: data.BASEPLANE_GATEWAY_PORT,
    peerPort: data.BASEPLANE_GATEWAY_PEER_PORT,
    network: data.BASEPLANE_GATEWAY_NETWORK,
    apiUrl: data.BASEPLANE_API_URL,
    home: data.BASEPLANE_HOME_REGION,
    seed: data.BASEPLANE_GATEWAY_SEED,
    databaseAuthorities: data.BASEPLANE_DATABASE_AUTHORITIES,
    credentialsUrl,
  });
}
