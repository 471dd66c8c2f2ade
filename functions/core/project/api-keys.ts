import { createHash } from 'node:crypto';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type ApiKey, type NewApiKey, SERVICE_ROLE, newApiKey } from './api-key.ts';
import { type SecretPorts, changeSecret } from './change-secret.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { Project } from './project.ts';
import { legacyKeyOf } from './signing-keys.ts';

/** Each takes room in the project's one secret, of which Secrets Manager takes 64 KB. */
const MOST_KEYS = 20;

const NO_SUCH_KEY = fail('not_found', 'The project has no API key of this id.', {
  suggestion: 'GET /v1/projects/{ref}/api-keys lists them.',
});

/** A key as the API shows it. */
export interface ShownApiKey extends Omit<ApiKey, 'type' | 'key'> {
  readonly type: ApiKey['type'] | 'legacy';
  /** What tells the key apart without showing it. */
  readonly prefix: string;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** The key; a secret one is cut after its prefix unless it was asked to be revealed. */
  readonly api_key: string;
}

/** As much of a key as `sb_secret_` and five characters, or a JWT's first ones. */
const PREFIX_LENGTH = 15;

function shown(
  { key, ...rest }: Omit<ShownApiKey, 'prefix' | 'hash' | 'api_key' | 'id'> & { id: string; key: string },
  isSecret: boolean,
  reveal: boolean,
): ShownApiKey {
  const prefix = key.slice(0, PREFIX_LENGTH);
  return {
    ...rest,
    prefix,
    hash: createHash('sha256').update(key).digest('hex'),
    api_key: isSecret && !reveal ? `${prefix}${'·'.repeat(12)}` : key,
  };
}

export function showApiKey(key: ApiKey, reveal: boolean): ShownApiKey {
  return shown(key, key.type === 'secret', reveal);
}

/** The two that are JWTs have their role for a name and an id, as on Supabase. */
export function showApiKeys(secret: ProjectSecret, reveal: boolean): readonly ShownApiKey[] {
  const legacy = { type: 'legacy', secret_jwt_template: null, inserted_at: null, updated_at: null } as const;
  const { anon_key, service_role_key } = secret;
  const anon = { id: 'anon', name: 'anon', description: 'Public key of the role anon', key: anon_key };
  const description = 'Bypasses row-level security; for servers only';
  const service = { id: 'service_role', name: 'service_role', description, key: service_role_key };
  return [
    shown({ ...legacy, ...anon }, false, reveal),
    shown({ ...legacy, ...service }, true, reveal),
    ...secret.api_keys.map((key) => showApiKey(key, reveal)),
  ];
}

export function findApiKey(secret: ProjectSecret, id: string): Result<ApiKey, DomainError> {
  const key = secret.api_keys.find((each) => each.id === id);
  return key === undefined ? NO_SUCH_KEY : ok(key);
}

export function createApiKey(
  project: Project,
  wanted: NewApiKey,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<ApiKey, DomainError>> {
  const key = newApiKey(wanted, { now: ports.clock.now(), random: ports.random });
  const details = { id: key.id, type: key.type, name: key.name };
  return changeSecret(
    project,
    { action: 'api_key.create', actor, details },
    (secret) => {
      if (secret.api_keys.length >= MOST_KEYS) {
        return fail('conflict', `The project has ${MOST_KEYS} API keys, and can have no more.`, {
          suggestion: 'Delete one that nobody uses.',
        });
      }
      return kept(secret, key, [...secret.api_keys, key]);
    },
    ports,
  );
}

/** What is left out, or undefined, stays. */
export type ApiKeyChange = {
  readonly [Name in 'name' | 'description' | 'secret_jwt_template']?: ApiKey[Name] | undefined;
};

export function updateApiKey(
  project: Project,
  id: string,
  given: ApiKeyChange,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<ApiKey, DomainError>> {
  const updated_at = ports.clock.now().toISOString();
  const details = { id, fields: Object.keys(given) };
  return changeSecret(
    project,
    { action: 'api_key.update', actor, details },
    (secret) => {
      const found = findApiKey(secret, id);
      if (!found.ok) return found;
      const {
        name = found.value.name,
        description = found.value.description,
        secret_jwt_template: template = found.value.secret_jwt_template,
      } = given;
      // Without one of its own, a secret key is good for what all are good for.
      const secret_jwt_template = found.value.type === 'secret' ? (template ?? SERVICE_ROLE) : template;
      const key: ApiKey = { ...found.value, name, description, secret_jwt_template, updated_at };
      return kept(
        secret,
        key,
        secret.api_keys.map((each) => (each.id === id ? key : each)),
      );
    },
    ports,
  );
}

export function deleteApiKey(
  project: Project,
  id: string,
  why: { readonly was_compromised: boolean; readonly reason: string | null },
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<ApiKey, DomainError>> {
  return changeSecret(
    project,
    { action: 'api_key.delete', actor, details: { id, ...why } },
    (secret) => {
      const found = findApiKey(secret, id);
      if (!found.ok) return found;
      const api_keys = secret.api_keys.filter((each) => each.id !== id);
      return ok({ secret: { ...secret, api_keys }, answer: found.value });
    },
    ports,
  );
}

/** The two keys that are JWTs are taken, or not, together. */
export function enableLegacyKeys(
  project: Project,
  enabled: boolean,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<boolean, DomainError>> {
  return changeSecret(
    project,
    { action: enabled ? 'legacy_api_keys.enable' : 'legacy_api_keys.disable', actor },
    (secret) => {
      if (enabled && legacyKeyOf(secret)?.status === 'revoked') {
        return fail('conflict', 'The legacy API keys are signed with the JWT secret, which is revoked.', {
          suggestion: 'Move the legacy signing key back to standby first.',
        });
      }
      if (secret.legacy_keys_enabled === enabled) return ok({ secret, answer: enabled });
      return ok({ secret: { ...secret, legacy_keys_enabled: enabled }, answer: enabled });
    },
    ports,
  );
}

/** The secret with these keys, if the one that is new among them may be. */
function kept(secret: ProjectSecret, key: ApiKey, api_keys: ApiKey[]) {
  const { id, type, name, secret_jwt_template: template } = key;
  if (secret.api_keys.some((each) => each.id !== id && each.type === type && each.name === name)) {
    return fail('conflict', `The project already has a ${type} API key named "${name}".`, {
      field: 'body.name',
    });
  }
  if (type === 'publishable' && template !== null) {
    return fail('validation_failed', 'Only a secret key can have a secret_jwt_template.', {
      field: 'body.secret_jwt_template',
    });
  }
  return ok({ secret: { ...secret, api_keys }, answer: key });
}
