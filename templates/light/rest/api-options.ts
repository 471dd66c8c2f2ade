import type { Config } from '../settings/config.ts';

/** What of the API is the owner's to choose while it runs. */
export interface ApiOptions {
  /** Those that are exposed; the first is the one that a request means which names none. */
  readonly schemas: readonly string[];
  readonly maxRows: number;
  /** What comes after a request's schema in its search path. */
  readonly extraSearchPath: readonly string[];
}

/** PostgREST's names: what is in the database goes before what the process was started with. */
export function apiOptionsOf(
  inDatabase: Readonly<Record<string, string>>,
  { schemas, maxRows, extraSearchPath }: Config['rest'],
): ApiOptions {
  const listed = (name: string, fallback: readonly string[]) =>
    inDatabase[name]
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? fallback;
  const limit = Number(inDatabase['pgrst.db_max_rows'] ?? maxRows);
  return {
    schemas: listed('pgrst.db_schemas', schemas),
    // What is no number is no limit that anybody meant.
    maxRows: Number.isInteger(limit) && limit > 0 ? limit : maxRows,
    extraSearchPath: listed('pgrst.db_extra_search_path', extraSearchPath),
  };
}
