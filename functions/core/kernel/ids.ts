import { z } from 'zod';
import type { Random } from './random.port.ts';

/** 20 lower-case letters: a project's id and its subdomain. */
export const projectRefSchema = z
  .string()
  .regex(/^[a-z]{20}$/, 'must be 20 lower-case letters')
  .brand('ProjectRef');
export type ProjectRef = z.infer<typeof projectRefSchema>;

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

/** A version 4 UUID (RFC 9562). */
export function newUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
