import { z } from 'zod';
import type { Random } from './random.port.ts';

const PROJECT_REF = /^[a-z]{20}$/;

/** 20 lower-case letters: a project's id and its subdomain. */
export const projectRefSchema = z
  .string()
  .regex(PROJECT_REF, 'must be 20 lower-case letters')
  .brand('ProjectRef');
export type ProjectRef = z.infer<typeof projectRefSchema>;

/** The same, without an account of what is wrong. */
export const isProjectRef = (text: string): text is ProjectRef => PROJECT_REF.test(text);

export const organizationSlugSchema = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, "-" or "_"')
  .brand('OrganizationSlug');
export type OrganizationSlug = z.infer<typeof organizationSlugSchema>;

export const userIdSchema = z.uuid().brand('UserId');
export type UserId = z.infer<typeof userIdSchema>;

export const tokenIdSchema = z.uuid().brand('TokenId');

export const cellIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/)
  .brand('CellId');
export type CellId = z.infer<typeof cellIdSchema>;

/** Sorts by start: the start's milliseconds in base 36 (9 digits until the year 5188), a dash, 10 random letters. */
export const executionIdSchema = z
  .string()
  .regex(/^[0-9a-z]{9}-[a-z]{10}$/)
  .brand('ExecutionId');
export type ExecutionId = z.infer<typeof executionIdSchema>;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** The largest multiple of 26 in a byte: bytes from here up are thrown away, so that every letter is as likely. */
const FAIR = 234;

export function randomLetters(random: Random, length: number): string {
  let letters = '';
  while (letters.length < length) {
    for (const byte of random.bytes(length * 2)) {
      if (byte < FAIR && letters.length < length) letters += LETTERS.charAt(byte % 26);
    }
  }
  return letters;
}

export function newProjectRef(random: Random): ProjectRef {
  return projectRefSchema.parse(randomLetters(random, 20));
}

export function newOrganizationSlug(random: Random): OrganizationSlug {
  return organizationSlugSchema.parse(randomLetters(random, 20));
}

export function newExecutionId(now: Date, random: Random): ExecutionId {
  return executionIdSchema.parse(
    `${now.getTime().toString(36).padStart(9, '0')}-${randomLetters(random, 10)}`,
  );
}

/** In milliseconds since 1970. */
export const startOf = (execution: ExecutionId): number => Number.parseInt(execution.slice(0, 9), 36);

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** Where the digits of each byte stand in a UUID. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const written = Buffer.alloc(36, '-');

/** A version 4 UUID (RFC 9562). Each request has one: this takes a third of what putting strings together takes. */
export function newUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  for (const [at, place] of PLACES.entries()) {
    const byte = bytes[at] ?? 0;
    written[place] = DIGITS[byte >> 4] ?? 0;
    written[place + 1] = DIGITS[byte & 0x0f] ?? 0;
  }
  return written.toString('latin1');
}
