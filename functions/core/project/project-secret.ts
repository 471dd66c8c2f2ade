import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';

/** Everything about a project that must not be seen. One JSON document per project, behind the Secrets port. */
export const projectSecretSchema = z.object({
  jwt_secret: z.string().min(32),
  anon_key: z.string(),
  service_role_key: z.string(),
  publishable_key: z.string(),
  secret_key: z.string(),
  /** The password of the database role `postgres`, the owner's own. */
  db_password: z.string(),
  /** The password that the stack's service roles share; unlike the owner's, nobody outside ever has it. */
  service_password: z.string(),
  /** What the owner has set for the project's functions, by name. */
  function_secrets: z.record(z.string(), z.string()).default({}),
  /** Settings that must not be seen, such as the password of a mail server, by name. */
  settings: z.record(z.string(), z.string()).default({}),
});

export type ProjectSecret = z.infer<typeof projectSecretSchema>;

/** The parts of it that are one value each. */
export type SecretValue = {
  [Name in keyof ProjectSecret]: ProjectSecret[Name] extends string ? Name : never;
}[keyof ProjectSecret];

const TEN_YEARS = 10 * 365 * 24 * 3600;

/** An HS256 JWT as Supabase issues for a project: the role is what PostgREST switches to. */
function signApiKey(
  ref: ProjectRef,
  role: 'anon' | 'service_role',
  secret: string,
  issuedAt: number,
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const payload = { iss: 'supabase', ref, role, iat: issuedAt, exp: issuedAt + TEN_YEARS };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const token = (random: Random, bytes: number) => Buffer.from(random.bytes(bytes)).toString('base64url');

export function newProjectSecret(
  ref: ProjectRef,
  options: { readonly now: Date; readonly random: Random; readonly databasePassword?: string },
): ProjectSecret {
  const { now, random } = options;
  const issuedAt = Math.floor(now.getTime() / 1000);
  const jwtSecret = token(random, 40);
  return {
    jwt_secret: jwtSecret,
    anon_key: signApiKey(ref, 'anon', jwtSecret, issuedAt),
    service_role_key: signApiKey(ref, 'service_role', jwtSecret, issuedAt),
    publishable_key: `sb_publishable_${token(random, 24)}`,
    secret_key: `sb_secret_${token(random, 24)}`,
    db_password: options.databasePassword ?? token(random, 24),
    service_password: token(random, 24),
    function_secrets: {},
    settings: {},
  };
}
