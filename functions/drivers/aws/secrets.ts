import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { readProjectSecret, type ProjectSecret } from '../../core/project/project-secret.ts';
import type { SecretOwner, Secrets } from '../../core/project/secrets.port.ts';
import type { AwsCell } from './cell.ts';
import { addressOf } from './database-address.ts';
import { isAws } from './errors.ts';
import { secretName, tagsOf } from './names.ts';

/**
 * What the secret has besides the project's: the RDS Data API takes a secret as a login if it has `username` and
 * `password`, and it is the login of the project's role `postgres`.
 */
const loginSchema = z.object({ username: z.string(), cluster_arn: z.string(), dbname: z.string() });

/**
 * The label of the version that was written last, until it is the current one. It moves from one attempt to the next,
 * so that attempts that died leave no labels behind, of which a secret can have twenty.
 */
const REVISION = 'BASEPLANE_REVISION';

/** Each lost race is another's change made, and each attempt leaves a version, of which a secret can have a hundred. */
const ATTEMPTS = 10;

/** Secrets Manager's limit on the value of a secret. */
const MOST_BYTES = 65_536;

export interface StoredSecret {
  readonly arn: string;
  /** The version that was current when it was read. */
  readonly version: string;
  readonly secret: ProjectSecret;
  readonly login: z.infer<typeof loginSchema>;
}

export interface SecretsParts {
  readonly cell: AwsCell;
  readonly secretsManager: SecretsManagerClient;
  /** What the project's containers are told besides, each a text; it follows from the secret. */
  readonly serviceKeys: (secret: ProjectSecret) => Readonly<Record<string, string>>;
}

/** One JSON secret per project, from which ECS fills the containers' variables by key. */
export class SecretsManagerSecrets implements Secrets {
  readonly #parts: SecretsParts;

  constructor(parts: SecretsParts) {
    this.#parts = parts;
  }

  async create(project: SecretOwner, secret: ProjectSecret): Promise<ProjectSecret> {
    const { cell, secretsManager } = this.#parts;
    try {
      await secretsManager.send(
        new CreateSecretCommand({
          Name: secretName(cell, project.ref),
          Description: `Keys and passwords of the project ${project.ref}`,
          KmsKeyId: cell.keyArn,
          SecretString: this.#text(project, secret),
          Tags: tagsOf(cell, project),
        }),
      );
      return secret;
    } catch (error) {
      if (isBeingDeleted(error)) throw notNow('being deleted', project.ref, error);
      if (!isAws(error, 'ResourceExistsException')) throw error;
      const kept = await this.read(project.ref);
      if (kept === undefined) throw notNow('not readable yet', project.ref, error);
      return kept;
    }
  }

  async read(ref: ProjectRef): Promise<ProjectSecret | undefined> {
    return (await this.find(ref))?.secret;
  }

  async revise(
    project: SecretOwner,
    change: (secret: ProjectSecret) => ProjectSecret,
  ): Promise<ProjectSecret | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const found = await this.find(project.ref);
      if (found === undefined) return undefined;
      const revised = change(found.secret);
      if (revised === found.secret || (await this.#replace(project, found.version, revised))) return revised;
    }
    throw new TransientError(`The secret of ${project.ref} is being changed by others.`);
  }

  async find(ref: ProjectRef): Promise<StoredSecret | undefined> {
    const { cell, secretsManager } = this.#parts;
    try {
      const {
        ARN: arn = '',
        VersionId: version = '',
        SecretString = '',
      } = await secretsManager.send(
        new GetSecretValueCommand({ SecretId: secretName(cell, ref), VersionStage: 'AWSCURRENT' }),
      );
      const document: unknown = JSON.parse(SecretString);
      const secret = readProjectSecret(document);
      return { arn, version, secret, login: loginSchema.parse(document) };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** At once: the recovery window would keep what the owner was told is gone. */
  async delete(ref: ProjectRef): Promise<void> {
    const { cell, secretsManager } = this.#parts;
    const SecretId = secretName(cell, ref);
    try {
      await secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** False where `version` is no longer the current one: whoever moves that label has to say where it rests. */
  async #replace(project: SecretOwner, version: string, secret: ProjectSecret): Promise<boolean> {
    const { cell, secretsManager } = this.#parts;
    const SecretId = secretName(cell, project.ref);
    const SecretString = this.#text(project, secret);
    let MoveToVersionId: string | undefined;
    try {
      const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages: [REVISION] });
      ({ VersionId: MoveToVersionId } = await secretsManager.send(put));
      await secretsManager.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          RemoveFromVersionId: version,
          MoveToVersionId,
        }),
      );
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      if (!isAws(error, 'InvalidParameterException')) throw error;
      // A second try of the SDK's is refused like a lost race where the first took effect unheard.
      return MoveToVersionId !== undefined && (await this.find(project.ref))?.version === MoveToVersionId;
    }
  }

  /** What is written of a secret; refused where Secrets Manager would not take it. */
  #text(project: SecretOwner, secret: ProjectSecret): string {
    const text = JSON.stringify(this.#document(project, secret));
    if (Buffer.byteLength(text) <= MOST_BYTES) return text;
    throw new PortError(`The secrets of ${project.ref} would take more than AWS keeps in one: 64 KB.`, {
      suggestion: 'Delete API keys, signing keys, or secrets of functions that nobody uses.',
    });
  }

  #document(project: SecretOwner, secret: ProjectSecret): Readonly<Record<string, unknown>> {
    const { cell, serviceKeys } = this.#parts;
    const { clusterArn, database, roleSuffix } = addressOf(cell, project);
    return {
      // ECS finds a value by a key at the top.
      ...secret.settings,
      ...serviceKeys(secret),
      ...secret,
      username: `postgres${roleSuffix}`,
      password: secret.db_password,
      cluster_arn: clusterArn,
      dbname: database,
    };
  }
}

/** Secrets Manager deletes in the background, and until it has, the name cannot be used. */
function isBeingDeleted(error: unknown): boolean {
  return isAws(error, 'InvalidRequestException') && /deletion|deleted/.test(error.message);
}

function isGone(error: unknown): boolean {
  return isAws(error, 'ResourceNotFoundException') || isBeingDeleted(error);
}

function notNow(state: string, ref: ProjectRef, cause: unknown): TransientError {
  return new TransientError(`The secret of ${ref} is ${state}.`, { cause });
}
