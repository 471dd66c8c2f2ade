import { z } from 'zod';

/** A name people can read back: something visible, nothing invisible. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');
