import { type DomainError, fail } from '../kernel/errors.ts';
import { newUuid } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type Change, type SecretPorts, changeSecret } from './change-secret.ts';
import type { KeyPairs } from './key-pairs.port.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { Project } from './project.ts';
import { importKey } from './jwk.ts';
import type { PrivateJwk, SigningAlgorithm, SigningKey, SigningKeyStatus } from './signing-key.ts';

/** Each takes room in the project's one secret, of which Secrets Manager takes 64 KB. */
const MOST_KEYS = 8;

/** What may become of a key by itself. One in use ends being so when another takes its place. */
const FOLLOWS: Readonly<Record<SigningKeyStatus, readonly SigningKeyStatus[]>> = {
  standby: ['in_use', 'revoked'],
  in_use: [],
  previously_used: ['in_use', 'standby', 'revoked'],
  revoked: ['standby'],
};

const NO_SUCH_KEY = fail('not_found', 'The project has no signing key of this id.', {
  suggestion: 'GET /v1/projects/{ref}/config/auth/signing-keys lists them.',
});

/** The entry of the project's JWT secret among its signing keys, once it has any. */
export function legacyKeyOf({ signing_keys }: ProjectSecret): SigningKey | undefined {
  return signing_keys.find(({ private_jwk }) => private_jwk === undefined);
}

export function findSigningKey(secret: ProjectSecret, id: string): Result<SigningKey, DomainError> {
  const key = secret.signing_keys.find((each) => each.id === id);
  return key === undefined ? NO_SUCH_KEY : ok(key);
}

interface Wanted {
  readonly algorithm: SigningAlgorithm;
  readonly status: 'in_use' | 'standby';
  readonly private_jwk?: Readonly<Record<string, unknown>>;
}

export async function createSigningKey(
  project: Project,
  { algorithm, status, private_jwk: given }: Wanted,
  actor: Actor,
  ports: SecretPorts & { readonly keyPairs: KeyPairs },
): Promise<Result<SigningKey, DomainError>> {
  const imported = given === undefined ? undefined : importKey(given, algorithm);
  if (imported !== undefined && !imported.ok) return imported;
  const made: { readonly id?: string; readonly jwk: PrivateJwk } = imported?.value ?? {
    jwk: await ports.keyPairs.generate(algorithm),
  };
  const at = ports.clock.now().toISOString();
  const key: SigningKey = {
    id: made.id ?? newUuid(ports.random),
    algorithm,
    status: 'standby',
    private_jwk: made.jwk,
    created_at: at,
    updated_at: at,
  };
  const legacyId = newUuid(ports.random);
  return changeSecret(
    project,
    { action: 'signing_key.create', actor, details: { id: key.id, algorithm, status } },
    (before) => {
      const secret = withLegacyKey(before, legacyId, at);
      if (secret.signing_keys.length >= MOST_KEYS) {
        return fail('conflict', `The project has ${MOST_KEYS} signing keys, and can have no more.`, {
          suggestion: 'Revoke one and delete it.',
        });
      }
      if (findSigningKey(secret, key.id).ok) {
        return fail('conflict', 'The project already has a signing key of this kid.', {
          field: 'body.private_jwk.kid',
        });
      }
      const added = { ...secret, signing_keys: [...secret.signing_keys, key] };
      if (status === 'standby') return ok({ secret: added, answer: key });
      return moved(added, key, status, at);
    },
    ports,
  );
}

/** Has the project's JWT secret stand among its signing keys: it is the one in use until another one is. */
export function importLegacyKey(
  project: Project,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<SigningKey, DomainError>> {
  const at = ports.clock.now().toISOString();
  const id = newUuid(ports.random);
  return changeSecret(
    project,
    { action: 'signing_key.import_legacy', actor },
    (before) => {
      const secret = withLegacyKey(before, id, at);
      const key = legacyKeyOf(secret);
      return key === undefined ? NO_SUCH_KEY : ok({ secret, answer: key });
    },
    ports,
  );
}

export function updateSigningKey(
  project: Project,
  id: string,
  status: SigningKeyStatus,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<SigningKey, DomainError>> {
  const at = ports.clock.now().toISOString();
  return changeSecret(
    project,
    { action: 'signing_key.update', actor, details: { id, status } },
    (secret) => {
      const key = findSigningKey(secret, id);
      return key.ok ? moved(secret, key.value, status, at) : key;
    },
    ports,
  );
}

export function deleteSigningKey(
  project: Project,
  id: string,
  actor: Actor,
  ports: SecretPorts,
): Promise<Result<SigningKey, DomainError>> {
  return changeSecret(
    project,
    { action: 'signing_key.delete', actor, details: { id } },
    (secret) => {
      const key = findSigningKey(secret, id);
      if (!key.ok) return key;
      if (key.value.status !== 'revoked') {
        return fail('conflict', `A signing key that is ${key.value.status} cannot be deleted.`, {
          suggestion: 'Revoke it first: from then on nothing that it has signed is taken.',
        });
      }
      const signing_keys = secret.signing_keys.filter((each) => each.id !== id);
      return ok({ secret: { ...secret, signing_keys }, answer: key.value });
    },
    ports,
  );
}

function withLegacyKey(secret: ProjectSecret, id: string, at: string): ProjectSecret {
  if (secret.signing_keys.length > 0) return secret;
  const legacy = { id, algorithm: 'HS256', status: 'in_use', created_at: at, updated_at: at } as const;
  return { ...secret, signing_keys: [legacy] };
}

/** The secret with one of its keys in another status; the key that was in use makes room for one that comes into use. */
function moved(
  secret: ProjectSecret,
  key: SigningKey,
  status: SigningKeyStatus,
  at: string,
): ReturnType<Change<SigningKey>> {
  if (key.status === status) return ok({ secret, answer: key });
  if (!FOLLOWS[key.status].includes(status)) {
    return fail('conflict', `A signing key that is ${key.status} cannot become ${status}.`, {
      field: 'body.status',
      suggestion:
        key.status === 'in_use'
          ? 'Put another one in use: this one is previously_used then.'
          : `It can become ${FOLLOWS[key.status].join(' or ')}.`,
    });
  }
  if (status === 'revoked' && key.private_jwk === undefined && secret.legacy_keys_enabled) {
    return fail('conflict', 'The legacy API keys are signed with this key and are enabled.', {
      suggestion: 'Disable them first: PUT /v1/projects/{ref}/api-keys/legacy?enabled=false.',
    });
  }
  const answer: SigningKey = { ...key, status, updated_at: at };
  const signing_keys = secret.signing_keys.map((each): SigningKey => {
    if (each.id === key.id) return answer;
    const replaced = status === 'in_use' && each.status === 'in_use';
    return replaced ? { ...each, status: 'previously_used', updated_at: at } : each;
  });
  return ok({ secret: { ...secret, signing_keys }, answer });
}
