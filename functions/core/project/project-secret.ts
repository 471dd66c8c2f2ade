import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import { type ApiKey, SERVICE_ROLE, apiKeySchema, newApiKey } from './api-key.ts';
import { signingKeySchema } from './signing-key.ts';

/** Everything about a project that must not be seen. One JSON document per project, behind the Secrets port. */
export const projectSecretSchema = z.object({
  jwt_secret: z.string().min(32),
  anon_key: z.string(),
  service_role_key: z.string(),
  /** Whether the two keys above are taken. */
  legacy_keys_enabled: z.boolean().default(true),
  api_keys: z.array(apiKeySchema),
  /** Either none, and tokens are signed with the JWT secret, or exactly one of them is in use. */
  signing_keys: z.array(signingKeySchema).default([]),
  pgsodium_root_key: z.string(),
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

/** A secret from before a project could have several keys of a type. */
const oneOfEachSchema = projectSecretSchema
  .omit({ api_keys: true, pgsodium_root_key: true })
  .extend({ publishable_key: z.string(), secret_key: z.string() });

/** Reads a secret as it was kept, whenever that was. */
export function readProjectSecret(document: unknown): ProjectSecret {
  const read = projectSecretSchema.safeParse(document);
  if (read.success) return read.data;
  const { publishable_key, secret_key, ...rest } = oneOfEachSchema.parse(document);
  return {
    ...rest,
    api_keys: [keyOfOld('publishable', publishable_key), keyOfOld('secret', secret_key)],
    pgsodium_root_key: digest(`pgsodium ${rest.jwt_secret}`).toString('hex'),
  };
}

/** Its id follows from it, so that it is the same each time until the secret is written anew. */
function keyOfOld(type: ApiKey['type'], key: string): ApiKey {
  return {
    id: z.uuid().parse(
      digest(key)
        .toString('hex')
        .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5'),
    ),
    type,
    name: 'default',
    description: null,
    key,
    secret_jwt_template: type === 'secret' ? SERVICE_ROLE : null,
    inserted_at: null,
    updated_at: null,
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

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

interface Given {
  readonly now: Date;
  readonly random: Random;
}

/** A JWT secret with the two keys that are signed with it. */
export function newJwtSecret(
  ref: ProjectRef,
  { now, random }: Given,
): Pick<ProjectSecret, 'jwt_secret' | 'anon_key' | 'service_role_key'> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const jwtSecret = token(random, 40);
  return {
    jwt_secret: jwtSecret,
    anon_key: signApiKey(ref, 'anon', jwtSecret, issuedAt),
    service_role_key: signApiKey(ref, 'service_role', jwtSecret, issuedAt),
  };
}

export function newProjectSecret(
  ref: ProjectRef,
  options: Given & { readonly databasePassword?: string },
): ProjectSecret {
  const { random } = options;
  const standard = { name: 'default', description: null };
  return {
    ...newJwtSecret(ref, options),
    legacy_keys_enabled: true,
    api_keys: [
      newApiKey({ type: 'publishable', ...standard }, options),
      newApiKey({ type: 'secret', ...standard }, options),
    ],
    signing_keys: [],
    pgsodium_root_key: Buffer.from(random.bytes(32)).toString('hex'),
    db_password: options.databasePassword ?? token(random, 24),
    service_password: token(random, 24),
    function_secrets: {},
    settings: {},
  };
}
