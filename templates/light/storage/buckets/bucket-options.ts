import { z } from 'zod';
import { fail, type Outcome, succeed } from '../failures.ts';
import { checkAllowedTypes } from '../uploads/mime-types.ts';

const SizeLimit = z.union([z.int().min(0), z.string()]).nullish();
const Options = {
  public: z.boolean().optional(),
  file_size_limit: SizeLimit,
  allowed_mime_types: z.array(z.string()).nullish(),
  versioning_status: z.enum(['DISABLED', 'ENABLED', 'SUSPENDED']).optional(),
};

export const NewBucketBody = z.object({
  ...Options,
  name: z.string(),
  id: z.string().optional(),
  type: z.string().optional(),
});
export const BucketChangeBody = z.object(Options);

/** Decimal units, as storage-api reads them. */
const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

export interface Limits {
  readonly sizeLimit: number | null | undefined;
  readonly mimeTypes: readonly string[] | null | undefined;
}

/** Checks a bucket's options against what the project allows. */
export function checkOptions(body: z.infer<typeof BucketChangeBody>, projectLimit: number): Outcome<Limits> {
  if (body.versioning_status !== undefined && body.versioning_status !== 'DISABLED')
    return fail('FeatureNotEnabled', 'The feature object-versioning is not enabled for this resource');
  const types = body.allowed_mime_types?.filter((type) => type !== '');
  const checked = checkAllowedTypes(types ?? []);
  if (!checked.ok) return checked;
  const size = body.file_size_limit;
  const sizeLimit = typeof size === 'string' ? parseSize(size) : size;
  if (Number.isNaN(sizeLimit))
    return fail('InvalidRequest', 'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B');
  if (typeof sizeLimit === 'number' && sizeLimit > projectLimit) return fail('EntityTooLarge');
  return succeed({ sizeLimit, mimeTypes: body.allowed_mime_types === null ? null : types });
}

function parseSize(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)(gb|mb|kb|b)$/i.exec(text) ?? [];
  return Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
}
