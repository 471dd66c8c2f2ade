import { z } from 'zod';

export const refParams = z.strictObject({
  ref: z
    .string()
    .regex(/^[a-z]{20}$/, 'must be 20 lower-case letters')
    .meta({ description: 'Project ref', example: 'abcdefghijklmnopqrst' }),
});

export const slugParams = z.strictObject({
  slug: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, "-" or "_"')
    .meta({ description: 'Organization slug' }),
});

export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-01')
  .meta({ description: 'A calendar month in UTC', example: '2026-01' });
