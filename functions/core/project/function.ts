import { z } from 'zod';

/** As many versions of a function are kept, the live one among them. */
const KEPT_VERSIONS = 10;

const versionSchema = z.object({
  version: z.int().positive(),
  /** Id of its files. */
  bundle: z.string(),
  entrypoint_path: z.string(),
  import_map_path: z.string().nullable(),
  /** Of its files, by path. */
  sha256: z.string(),
});

export type FunctionVersion = z.infer<typeof versionSchema>;

/** A function and its versions. Instants are milliseconds since 1970, as Supabase gives them. */
export const functionSchema = z.object({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(['ACTIVE', 'REMOVED', 'THROTTLED']),
  verify_jwt: z.boolean(),
  /** The version that is served; null while there are only ones that never were. */
  live: z.int().positive().nullable(),
  /** The highest number that was ever given: none comes twice. */
  latest: z.int().nonnegative(),
  /** Oldest first. */
  versions: z.array(versionSchema),
  created_at: z.int(),
  updated_at: z.int(),
});

export type EdgeFunction = z.infer<typeof functionSchema>;

export function versionOf(
  { versions }: Pick<EdgeFunction, 'versions'>,
  version: number | null,
): FunctionVersion | undefined {
  return versions.find((each) => each.version === version);
}

/** The function with one version more, and the bundles that are too many then. */
export function withVersion(
  fn: EdgeFunction,
  added: Omit<FunctionVersion, 'version'>,
): { readonly next: EdgeFunction; readonly version: number; readonly dropped: readonly string[] } {
  const version = fn.latest + 1;
  const all = [...fn.versions, { ...added, version }];
  const surplus = all
    .filter((each) => each.version !== fn.live)
    .slice(0, Math.max(0, all.length - KEPT_VERSIONS));
  return {
    version,
    next: { ...fn, latest: version, versions: all.filter((each) => !surplus.includes(each)) },
    dropped: surplus.map(({ bundle }) => bundle),
  };
}
