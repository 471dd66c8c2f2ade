import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { projectSecretSchema, type ProjectSecret } from '../../core/project/project-secret.ts';
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

export interface StoredSecret {
  readonly arn: string;
  readonly secret: ProjectSecret;
  readonly login: z.infer<typeof loginSchema>;
}

export interface SecretsParts {
  readonly cell: AwsCell;
  readonly secretsManager: SecretsManagerClient;
  /** Further keys, of which only the project's containers know; they follow from its secret. */
  readonly internalKeys: (secret: ProjectSecret) => Readonly<Record<string, string>>;
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
          SecretString: JSON.stringify(this.#document(project, secret)),
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

  async find(ref: ProjectRef): Promise<StoredSecret | undefined> {
    const { cell, secretsManager } = this.#parts;
    try {
      const { ARN: arn = '', SecretString = '' } = await secretsManager.send(
        new GetSecretValueCommand({ SecretId: secretName(cell, ref) }),
      );
      const document: unknown = JSON.parse(SecretString);
      return { arn, secret: projectSecretSchema.parse(document), login: loginSchema.parse(document) };
    } catch (error) {
      if (isAws(error, 'ResourceNotFoundException') || isBeingDeleted(error)) return undefined;
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
      if (!isAws(error, 'ResourceNotFoundException') && !isBeingDeleted(error)) throw error;
    }
  }

  #document(project: SecretOwner, secret: ProjectSecret): Readonly<Record<string, string>> {
    const { cell, internalKeys } = this.#parts;
    const { clusterArn, database, roleSuffix } = addressOf(cell, project);
    return {
      ...internalKeys(secret),
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

function notNow(state: string, ref: ProjectRef, cause: unknown): TransientError {
  return new TransientError(`The secret of ${ref} is ${state}.`, { cause });
}
