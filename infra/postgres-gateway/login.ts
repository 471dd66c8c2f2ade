import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { AUTHENTICATION, authentication, message } from './packets.ts';
import { take, takeAnswer } from './reading.ts';
import { SCRAM, ScramClient } from './scram.ts';

/** No message of a login comes near it. */
const MAX_LOGIN_MESSAGE = 1024 * 1024;

export interface Said {
  readonly type: string;
  readonly body: Buffer;
}

/** The next message of a server; undefined: it has none any more, or it is not to be trusted. */
export async function takeSaid(far: Socket): Promise<Said | undefined> {
  const head = await take(far, 5);
  if (head === undefined) return undefined;
  const type = head.toString('latin1', 0, 1);
  const length = head.readUInt32BE(1) - 4;
  if (length < (LEAST[type] ?? 0) || length > MAX_LOGIN_MESSAGE) {
    far.destroy();
    return undefined;
  }
  const body = length === 0 ? Buffer.alloc(0) : await take(far, length);
  return body && { type, body };
}

/** Bytes in the bodies of the messages that are looked into. */
const LEAST: Readonly<Record<string, number>> = { K: 8, R: 4 };

/** What a client says first of SCRAM: after the mechanism's name, and a length. */
export function initialResponseOf(answer: Buffer | undefined): string {
  const end = answer?.indexOf(0) ?? -1;
  return end < 0 ? '' : (answer?.toString('latin1', end + 5) ?? '');
}

/** It would bind its proof to the channel if the server could: such a proof no server takes that can. */
export const wantsBinding = (first: string): boolean => first.startsWith('y');

/**
 * Between a client and a server each of which has an encrypted connection of its own to the gateway, where a proof
 * that is bound to one of them is worth nothing on the other. So none is offered. A client that notes it in its proof
 * is asked for the password itself, which only an encrypted connection is, and the gateway proves it in its place.
 * What the server says next is for the client; undefined: it came to nothing.
 */
export async function proveUnbound(near: Socket, far: Socket): Promise<Said | undefined> {
  near.write(authentication(AUTHENTICATION.sasl, `${SCRAM}\0\0`));
  const answer = await takeAnswer(near);
  if (answer === undefined) return undefined;
  if (!(near instanceof TLSSocket) || !wantsBinding(initialResponseOf(answer))) {
    far.write(message('p', answer));
    return takeSaid(far);
  }
  near.write(authentication(AUTHENTICATION.clear));
  const password = await takeAnswer(near);
  return password && proveInPlace(far, password.toString('utf8', 0, password.length - 1));
}

async function proveInPlace(far: Socket, password: string): Promise<Said | undefined> {
  const client = new ScramClient(password);
  const first = Buffer.from(client.first);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(first.length);
  far.write(message('p', Buffer.concat([Buffer.from(`${SCRAM}\0`), length, first])));
  const challenged = await takeSaid(far);
  if (kindOf(challenged) !== AUTHENTICATION.saslContinue) return challenged;
  const proof = await client.prove(textOf(challenged));
  if (proof === undefined) return undefined;
  far.write(message('p', Buffer.from(proof)));
  const proven = await takeSaid(far);
  if (kindOf(proven) !== AUTHENTICATION.saslFinal) return proven;
  return client.trusts(textOf(proven)) ? takeSaid(far) : undefined;
}

const textOf = (said: Said | undefined): string => said?.body.toString('latin1', 4) ?? '';

/** What a client is asked for; undefined: the message is about something else. */
export const kindOf = (said: Said | undefined): number | undefined =>
  said?.type === 'R' ? said.body.readUInt32BE(0) : undefined;
