import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { saslPrepared } from '../../functions/core/kernel/saslprep.ts';

export const SCRAM = 'SCRAM-SHA-256';

/** The side of a client in SCRAM-SHA-256 (RFC 7677), bound to no channel, as Postgres speaks it. */
export class ScramClient {
  readonly #password: string;
  readonly #bare = `n=,r=${randomBytes(18).toString('base64')}`;
  #expected: Buffer | undefined;

  constructor(password: string) {
    this.#password = password;
  }

  /** What the client begins with. */
  get first(): string {
    return `n,,${this.#bare}`;
  }

  /** The proof; undefined: what the server said is no challenge to this client. */
  async prove(challenge: string): Promise<string | undefined> {
    const { nonce, salt, rounds } = CHALLENGE.exec(challenge)?.groups ?? {};
    const own = this.#bare.slice('n=,r='.length);
    if (nonce === undefined || salt === undefined || !nonce.startsWith(own)) return undefined;
    const salted = await promisify(pbkdf2)(
      saslPrepared(this.#password),
      Buffer.from(salt, 'base64'),
      Number(rounds),
      32,
      'sha256',
    );
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const said = `${this.#bare},${challenge},${withoutProof}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(), said);
    const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
    this.#expected = hmac(hmac(salted, 'Server Key'), said);
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** Whether the server has shown that it knows the password, too. */
  trusts(final: string): boolean {
    const shown = Buffer.from(/^v=(.+)$/.exec(final)?.[1] ?? '', 'base64');
    return this.#expected?.length === shown.length && timingSafeEqual(this.#expected, shown);
  }
}

const CHALLENGE = /^r=(?<nonce>[\x21-\x2b\x2d-\x7e]+),s=(?<salt>[A-Za-z0-9+/=]+),i=(?<rounds>\d{1,7})$/;

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
