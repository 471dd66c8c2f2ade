import { createHmac, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { refuse } from './ending.ts';
import { initialResponseOf, wantsBinding } from './login.ts';
import { AUTHENTICATION, authentication, type Startup } from './packets.ts';
import { takeAnswer } from './reading.ts';

/** Postgres's own number of rounds. */
const ROUNDS = 4096;

export interface DecoyParts {
  /** What the salts come of: the same name meets the same salt each time, as it does in Postgres. */
  readonly salting: Buffer;
  /** What a client is that is let in by the password itself where it cannot prove that it knows it. */
  readonly asksInClear: boolean;
}

/** Logs nobody in, in the way in which Postgres refuses a role that it does not have. */
export async function refuseLogin(
  near: Socket,
  { parameters }: Startup,
  realm: string,
  { salting, asksInClear }: DecoyParts,
): Promise<void> {
  const user = parameters.get('user') ?? '';
  near.write(authentication(AUTHENTICATION.sasl, 'SCRAM-SHA-256\0\0'));
  const first = initialResponseOf(await takeAnswer(near));
  if (asksInClear && wantsBinding(first)) {
    near.write(authentication(AUTHENTICATION.clear));
    await takeAnswer(near);
  } else {
    const nonce = /,r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)/.exec(first)?.groups?.['nonce'];
    if (nonce !== undefined) {
      const salt = createHmac('sha256', salting).update(`${realm}\0${user}`).digest().subarray(0, 16);
      const challenge = `r=${nonce}${randomBytes(18).toString('base64')},s=${salt.toString('base64')},i=${ROUNDS}`;
      near.write(authentication(AUTHENTICATION.saslContinue, challenge));
      await takeAnswer(near);
    }
  }
  const name = Buffer.from(user, 'latin1').toString();
  refuse(near, { sqlstate: '28P01', message: `password authentication failed for user "${name}"` });
}
