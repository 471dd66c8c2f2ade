import { z } from 'zod';
import { fail, type Outcome, succeed } from '../failures.ts';

/** storage-api's limit: what is asked for beyond it is brought down to it. */
const LONGEST_SIDE = 2500;

const Side = z.coerce
  .number()
  .int()
  .min(0)
  .transform((pixels) => Math.min(pixels, LONGEST_SIDE));

export const TransformOptions = z.object({
  width: Side.optional(),
  height: Side.optional(),
  resize: z.enum(['cover', 'contain', 'fill']).optional(),
  quality: z.coerce.number().int().min(20).max(100).optional(),
  format: z.enum(['origin', 'avif', 'webp']).optional(),
});
export type TransformOptions = z.infer<typeof TransformOptions>;

/** In a signed token, by storage-api's form: `width:100,height:50,resize:cover`. */
export function formatTransform(options: TransformOptions): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');
}

/** Nothing to change if the token says nothing. */
export function parseTransform(text = ''): Outcome<TransformOptions> {
  const pairs = text.split(',').map((pair) => pair.split(':', 2));
  const options = TransformOptions.safeParse(Object.fromEntries(pairs));
  return options.success ? succeed(options.data) : fail('InvalidSignature');
}
