import { z } from 'zod';
import { BRANCH_STATUSES } from '../../contract/status.ts';
import { type ProjectRef, executionIdSchema, projectRefSchema } from '../kernel/ids.ts';

/** What is being carried between a branch and the project that it comes from. */
const runSchema = z.object({
  /** The workflow execution that does it. */
  execution: executionIdSchema,
  /** To the branch, or from it. */
  what: z.enum(['push', 'merge']),
  /** The last version of a migration that is meant; null: all. */
  up_to: z.string().nullable(),
});

export type BranchRun = z.infer<typeof runSchema>;

/** What makes a project a branch of another one, or the default one that the others come from. */
export const branchSchema = z.object({
  /** The project that it comes from; itself, where it is the default branch. */
  of: projectRefSchema,
  git_branch: z.string().nullable(),
  persistent: z.boolean(),
  /** Whether its data began as a copy of that of the project that it comes from. */
  with_data: z.boolean().default(false),
  status: z.enum(BRANCH_STATUSES),
  /** Why the last migrations did not pass, for a person. */
  failure: z.string().nullable(),
  /** The last version that a reset has asked for; null: all that the parent has. */
  up_to: z.string().nullable(),
  review_requested_at: z.iso.datetime().nullable(),
  /** Null: it stays. */
  deletion_scheduled_at: z.iso.datetime().nullable().default(null),
  /** Null: nothing is under way. */
  run: runSchema.nullable().default(null),
});

export type Branch = z.infer<typeof branchSchema>;

interface Branched {
  readonly ref: ProjectRef;
  readonly branch: Branch | null;
}

/** The project that this one is a branch of; undefined where it is a project in its own right. */
export function parentOf({ ref, branch }: Branched): ProjectRef | undefined {
  return branch === null || branch.of === ref ? undefined : branch.of;
}

const LETTERS = 26n;
const A = 97;
const REF_LENGTH = 20;
/** What a UUID has beside version and variant, in hexadecimal digits; two bits of one are left unused. */
const DIGITS = 30;

/**
 * The id of a branch, which Supabase's clients may use in place of its ref: the ref as a number (94 bits) in a UUID of
 * version 8 (RFC 9562), so that each follows from the other and nothing has to be looked up.
 */
export function branchId(ref: ProjectRef): string {
  let number = 0n;
  for (const letter of ref) number = number * LETTERS + BigInt(letter.charCodeAt(0) - A);
  const hex = number.toString(16).padStart(DIGITS, '0');
  return hex.replace(/^(.{8})(.{4})(.{3})(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5');
}

/** The ref that the id of a branch stands for; undefined where it is the id of none. */
export function refOfBranch(id: string): ProjectRef | undefined {
  const digits = /^(.{8})-(.{4})-8(.{3})-8(.{3})-(.{12})$/.exec(id)?.slice(1).join('') ?? '';
  if (!/^[0-9a-f]+$/.test(digits)) return undefined;
  let number = BigInt(`0x${digits}`);
  let ref = '';
  for (let place = 0; place < REF_LENGTH; place += 1) {
    ref = String.fromCharCode(A + Number(number % LETTERS)) + ref;
    number /= LETTERS;
  }
  return number === 0n ? projectRefSchema.parse(ref) : undefined;
}
