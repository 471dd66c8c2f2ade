import { z } from 'zod';
import { PROJECT_STATUSES } from './status.ts';

/** What a cell's Postgres gateway asks the control plane, and what it is told. Both sides read it here. */

/** Who connects. */
export const clientSchema = z.strictObject({ address: z.union([z.ipv4(), z.ipv6()]), secure: z.boolean() });

export const loginSchema = z.strictObject({ address: z.union([z.ipv4(), z.ipv6()]), admitted: z.boolean() });

export const connectionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unknown') }),
  z.object({
    kind: z.literal('refused'),
    refusal: z.object({ sqlstate: z.string(), message: z.string(), hint: z.string().optional() }),
  }),
  z.object({
    kind: z.literal('running'),
    place: z.object({
      host: z.string(),
      port: z.int(),
      database: z.string().nullable(),
      roleSuffix: z.string(),
    }),
  }),
  z.object({ kind: z.literal('waiting'), status: z.enum(PROJECT_STATUSES) }),
]);

export type GatewayConnection = z.infer<typeof connectionSchema>;

/**
 * Each a POST to `/postgres/<cell>/<ref>/<question>`, which nobody may ask but that cell's gateway. `admissions`: may this
 * client connect, and where to? `wakes`: the same when the project has been woken, which is waited for up to 20 s.
 * `logins`: a password was right or wrong.
 */
export type PostgresQuestion = 'admissions' | 'wakes' | 'logins';

export const postgresPath = (cell: string, ref: string, question: PostgresQuestion): string =>
  `/postgres/${cell}/${ref}/${question}`;
