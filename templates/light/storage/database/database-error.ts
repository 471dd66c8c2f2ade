import { isDatabaseError } from '../../database/sql.ts';
import { fail, type Failed, type FailureCode } from '../failures.ts';

/** storage-api's reading of SQLSTATEs, most specific first. What is not here is no fault of the caller's. */
const MEANINGS: readonly (readonly [sqlstate: string, code: FailureCode, message?: string])[] = [
  ['42501', 'AccessDenied'],
  ['23505', 'ResourceAlreadyExists'],
  ['23503', 'RelatedResourceNotFound'],
  ['55P03', 'ResourceLocked'],
  ['40P01', 'ResourceLocked'],
  ['57014', 'DatabaseTimeout'],
  ['25006', 'DatabaseReadOnly'],
  ['53300', 'SlowDown', 'Too many connections issued to the database'],
  // A name longer than an index entry can be.
  ['54000', 'InvalidKey'],
  // What a value or a role of the request is not fit for, and what a trigger of the project raises: in Postgres' words.
  ['22', 'InvalidParameter'],
  ['23', 'DatabaseError'],
  ['P0', 'DatabaseError'],
];

/** Reads a database error as a failure that the caller can be told; anything else is thrown on. */
export function failureOf(error: unknown, meanings: Readonly<Record<string, FailureCode>> = {}): Failed {
  if (!isDatabaseError(error)) throw error;
  const { code, message } = error;
  const own = meanings[code];
  if (own !== undefined) return fail(own);
  const meaning = MEANINGS.find(([sqlstate]) => code.startsWith(sqlstate));
  if (meaning === undefined) throw error;
  const [, kind, words] = meaning;
  if (kind === 'DatabaseError' || kind === 'InvalidParameter') return fail(kind, message);
  if (kind !== 'AccessDenied') return fail(kind, words);
  const byPolicy = message.includes('row-level security');
  return fail(kind, byPolicy ? 'new row violates row-level security policy' : message);
}
