import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { readProjectSecret, type ProjectSecret } from '../../core/project/project-secret.ts';
import type { SecretOwner, Secrets } from '../../core/project/secrets.port.ts';
import { syncFolder, writeFileAtomic } from './atomic-file.ts';
import { attempt, unlessAbsent } from './failures.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { MasterKey } from './master-key.ts';

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces, drawn at random; one key sees far fewer than 2^32 of them. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** One file per project: nonce, tag, ciphertext. The ref is authenticated, so a file is of no use under another name. */
export class LocalSecrets implements Secrets {
  readonly #folder: string;
  readonly #key: Buffer;
  readonly #random: Random;
  readonly #lock = new KeyedLock();

  constructor(home: string, parts: { readonly masterKey: MasterKey; readonly random: Random }) {
    this.#folder = join(home, 'secrets');
    this.#key = parts.masterKey.derive('project secrets');
    this.#random = parts.random;
  }

  create({ ref }: SecretOwner, secret: ProjectSecret): Promise<ProjectSecret> {
    return this.#lock.run(ref, async () => {
      const kept = await this.read(ref);
      if (kept !== undefined) return kept;
      return this.#keep(ref, secret);
    });
  }

  async read(ref: ProjectRef): Promise<ProjectSecret | undefined> {
    const sealed = await attempt('read the secrets of the project', () =>
      unlessAbsent(readFile(this.#path(ref))),
    );
    return sealed === undefined ? undefined : readProjectSecret(JSON.parse(this.#open(ref, sealed)));
  }

  revise(
    { ref }: SecretOwner,
    change: (secret: ProjectSecret) => ProjectSecret,
  ): Promise<ProjectSecret | undefined> {
    return this.#lock.run(ref, async () => {
      const secret = await this.read(ref);
      if (secret === undefined) return undefined;
      const revised = change(secret);
      return revised === secret ? secret : this.#keep(ref, revised);
    });
  }

  delete(ref: ProjectRef): Promise<void> {
    return this.#lock.run(ref, () =>
      attempt('delete the secrets of the project', async () => {
        await rm(this.#path(ref), { force: true });
        await syncFolder(this.#folder);
      }),
    );
  }

  async #keep(ref: ProjectRef, secret: ProjectSecret): Promise<ProjectSecret> {
    await attempt('keep the secrets of the project', async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.#path(ref), this.#seal(ref, JSON.stringify(secret)));
    });
    return secret;
  }

  #seal(ref: ProjectRef, text: string): Buffer {
    const nonce = this.#random.bytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(ref));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  #open(ref: ProjectRef, file: Buffer): string {
    try {
      const nonce = file.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(ref))
        .setAuthTag(file.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([
        decipher.update(file.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8');
    } catch (error) {
      throw new PortError(`The secrets of ${ref} cannot be decrypted.`, {
        suggestion: `Put ${this.#path(ref)} and the master.key of the same state directory back from a backup.`,
        cause: error,
      });
    }
  }

  #path(ref: ProjectRef): string {
    return join(this.#folder, `${ref}.json.enc`);
  }
}
