import { createHmac, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { refuse } from './ending.ts';
import { message, type Startup } from './packets.ts';
import { take } from './reading.ts';

/** So that the same name meets the same salt each time, as it does in Postgres. */
const SALTING = randomBytes(32);
const SASL = 10;
const SASL_CONTINUE = 11;
/** Postgres's own number of rounds. */
const ROUNDS = 4096;
const MAX_RESPONSE = 64 * 1024;

/** Logs nobody in, in the way in which Postgres refuses a role that it does not have. */
export async function refuseLogin(near: Socket, { parameters }: Startup, realm: string): Promise<void> {
  const user = parameters.get('user') ?? '';
  near.write(authentication(SASL, 'SCRAM-SHA-256\0\0'));
  const first = (await takeResponse(near))?.toString('latin1') ?? '';
  const nonce = /,r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)/.exec(first)?.groups?.['nonce'];
  if (nonce !== undefined) {
    const salt = createHmac('sha256', SALTING).update(`${realm}\0${user}`).digest().subarray(0, 16);
    const challenge = `r=${nonce}${randomBytes(18).toString('base64')},s=${salt.toString('base64')},i=${ROUNDS}`;
    near.write(authentication(SASL_CONTINUE, challenge));
    await takeResponse(near);
  }
  const name = Buffer.from(user, 'latin1').toString();
  refuse(near, { sqlstate: '28P01', message: `password authentication failed for user "${name}"` });
}

function authentication(kind: number, text: string): Buffer {
  const code = Buffer.alloc(4);
  code.writeUInt32BE(kind);
  return message('R', Buffer.concat([code, Buffer.from(text, 'latin1')]));
}

/** The body of a SASL message; undefined: it is none. */
async function takeResponse(near: Socket): Promise<Buffer | undefined> {
  const head = await take(near, 5);
  if (head?.toString('latin1', 0, 1) !== 'p') return undefined;
  const length = head.readUInt32BE(1) - 4;
  return length > 0 && length <= MAX_RESPONSE ? take(near, length) : undefined;
}
