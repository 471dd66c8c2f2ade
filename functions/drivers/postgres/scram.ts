import { createHash, createHmac, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../../core/kernel/random.port.ts';
import { saslPrepared } from '../../core/kernel/saslprep.ts';

/** Postgres's own number of rounds. */
const ITERATIONS = 4096;

/**
 * What Postgres stores of a password (RFC 5803). Made here, so that the password itself never reaches the server's
 * log or its statement statistics.
 */
export async function scramVerifier(password: string, random: Random): Promise<string> {
  const salt = random.bytes(16);
  const salted = await promisify(pbkdf2)(saslPrepared(password), salt, ITERATIONS, 32, 'sha256');
  const hmac = (label: string) => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${Buffer.from(salt).toString('base64')}$${stored}:${server}`;
}
