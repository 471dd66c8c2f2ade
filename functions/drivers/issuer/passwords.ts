import { scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../../core/kernel/random.port.ts';

/** OWASP's choice for scrypt: 2^17 blocks of 8 × 128 bytes are 128 MB for the time of one guess. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
const BYTES = 32;

/** What is kept of a password, with the parameters that it was made by: those of a later version may be others. */
export const passwordSchema = z.object({
  N: z.int(),
  r: z.int(),
  p: z.int(),
  salt: z.string(),
  hash: z.string(),
});

export type StoredPassword = z.infer<typeof passwordSchema>;

/** So many guesses at once, for each takes 128 MB. */
const AT_ONCE = 2;

/** Makes and checks what is kept of passwords. */
export class Passwords {
  readonly #random: Random;
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  async keep(password: string): Promise<StoredPassword> {
    const salt = Buffer.from(this.#random.bytes(16));
    const hash = await this.#derive(password, salt, COST);
    return { ...COST, salt: salt.toString('base64'), hash: hash.toString('base64') };
  }

  /** Of nobody's password too, so that it takes as long whether or not there is somebody. */
  async matches(password: string, stored: StoredPassword | undefined): Promise<boolean> {
    const { salt, hash, ...cost } = stored ?? NOBODYS;
    const derived = await this.#derive(password, Buffer.from(salt, 'base64'), cost);
    return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && stored !== undefined;
  }

  async #derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
    // Whoever waits is handed the place of whoever leaves.
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await derive(password, salt, cost);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

const NOBODYS: StoredPassword = {
  ...COST,
  salt: Buffer.alloc(16).toString('base64'),
  hash: Buffer.alloc(BYTES).toString('base64'),
};

/** The same characters are the same password, however a keyboard composes them. */
const derive = (password: string, salt: Buffer, { N, r, p }: typeof COST) =>
  new Promise<Buffer>((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * 128 * N * r };
    scrypt(password.normalize('NFKC'), salt, BYTES, options, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
