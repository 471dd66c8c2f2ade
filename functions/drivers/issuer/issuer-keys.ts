import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.port.ts';
import { newUuid } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { KeyPairs } from '../../core/project/key-pairs.port.ts';
import { writeFileAtomic } from '../local/atomic-file.ts';
import { attempt, unlessAbsent } from '../local/failures.ts';

const DAY_MS = 24 * 3600 * 1000;

/** How long a key signs. */
const SIGNS_MS = 30 * DAY_MS;

/** How long it is believed after another one signs: longer than whatever was signed with it lasts. */
const BELIEVED_MS = 2 * DAY_MS;

const keySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});

const fileSchema = z.object({
  /** The first one signs. */
  keys: z.array(z.object({ jwk: keySchema, since: z.iso.datetime() })),
  /** What cookies are signed with, the first one; those by the others are believed. */
  cookies: z.array(z.string()),
});

type File = z.infer<typeof fileSchema>;

export interface SigningKeys {
  /** Private; the first one signs. */
  readonly jwks: readonly z.infer<typeof keySchema>[];
  readonly cookies: readonly string[];
}

interface KeyPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly keyPairs: KeyPairs;
}

/** The keys of the embedded issuer, in a file of the state directory that is for its owner alone. */
export class IssuerKeys {
  readonly #path: string;
  readonly #ports: KeyPorts;
  #file: Promise<File> | undefined;

  constructor(home: string, ports: KeyPorts) {
    this.#path = join(home, 'issuer-keys.json');
    this.#ports = ports;
  }

  /** Those of now: made at the first call, and by and by replaced by new ones. */
  async current(): Promise<SigningKeys> {
    this.#file = (this.#file ?? this.#read()).then((file) => this.#fresh(file));
    try {
      const { keys, cookies } = await this.#file;
      const [newest] = keys;
      const age = this.#ports.clock.now().getTime() - Date.parse(newest?.since ?? '');
      const believed = keys.slice(0, age < BELIEVED_MS ? 2 : 1);
      return { jwks: believed.map(({ jwk }) => jwk), cookies };
    } catch (error) {
      this.#file = undefined;
      throw error;
    }
  }

  async #read(): Promise<File> {
    return attempt('read the issuer’s keys', async () => {
      const text = await unlessAbsent(readFile(this.#path, 'utf8'));
      return text === undefined ? { keys: [], cookies: [] } : fileSchema.parse(JSON.parse(text));
    });
  }

  async #fresh(file: File): Promise<File> {
    const { random, keyPairs, clock } = this.#ports;
    const { keys, cookies } = file;
    const now = clock.now().getTime();
    const [newest] = keys;
    if (newest !== undefined && now - Date.parse(newest.since) < SIGNS_MS) return file;
    const made = await keyPairs.generate('ES256');
    const jwk = keySchema.parse({ ...made, kid: newUuid(random), alg: 'ES256', use: 'sig' });
    const renewed = {
      keys: [{ jwk, since: new Date(now).toISOString() }, ...keys.slice(0, 1)],
      cookies: [Buffer.from(random.bytes(32)).toString('base64url'), ...cookies.slice(0, 1)],
    };
    await attempt('write the issuer’s keys', () =>
      writeFileAtomic(this.#path, `${JSON.stringify(renewed, null, 2)}\n`),
    );
    return renewed;
  }
}
