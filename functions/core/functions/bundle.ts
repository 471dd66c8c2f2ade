import { createHash } from 'node:crypto';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { FunctionFile } from '../project/function-files.port.ts';

/** The files of a version and where it begins, as they were sent. */
export interface Sources {
  readonly files: readonly FunctionFile[];
  readonly entrypoint_path: string;
  /** Empty or absent: none. */
  readonly import_map_path?: string | undefined;
}

export interface Bundle {
  readonly files: readonly FunctionFile[];
  readonly entrypoint_path: string;
  readonly import_map_path: string | null;
  readonly sha256: string;
}

const MAX_FILES = 1000;

/** Of a path and of a segment: what file systems take. */
const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** Checks what a version is made of: nothing of it may lead out of its folder, and what it names must be there. */
export function bundleOf(sources: Sources): Result<Bundle, DomainError> {
  const files = new Map<string, FunctionFile>();
  for (const { path, content } of sources.files) {
    const plain = plainPath(path);
    if (plain === undefined)
      return refused(`the file name "${path.slice(0, 100)}" is no path inside the function`, 'file');
    if (files.has(plain)) return refused(`the file "${plain}" was sent twice`, 'file');
    files.set(plain, { path: plain, content });
  }
  if (files.size > MAX_FILES) return refused(`a function has at most ${MAX_FILES} files`, 'file');
  const inside = insideAnother([...files.keys()]);
  if (inside !== undefined) return refused(`"${inside}" is both a file and a folder`, 'file');
  const entrypoint = plainPath(sources.entrypoint_path);
  if (entrypoint === undefined || !files.has(entrypoint))
    return refused('no file of that name was sent', 'metadata.entrypoint_path');
  const importMap = sources.import_map_path ? plainPath(sources.import_map_path) : null;
  if (importMap === undefined || (importMap !== null && !files.has(importMap)))
    return refused('no file of that name was sent', 'metadata.import_map_path');
  const sorted = [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const of = { entrypoint_path: entrypoint, import_map_path: importMap };
  return ok({ files: sorted, ...of, sha256: digest(sorted, of) });
}

function refused(message: string, part: string) {
  const field = `body.${part}`;
  return fail('validation_failed', `${field}: ${message}`, { field });
}

/** The path without `.` segments; undefined where it leaves the folder or no file system can hold it. */
function plainPath(path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '.');
  const fits = segments.every(
    (segment) =>
      segment !== '' &&
      segment !== '..' &&
      Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES &&
      !/[\p{Cc}\\]/u.test(segment),
  );
  const plain = segments.join('/');
  return fits && plain.isWellFormed() && Buffer.byteLength(plain) <= MAX_PATH_BYTES ? plain : undefined;
}

/** A path that another one goes through. */
function insideAnother(paths: readonly string[]): string | undefined {
  const folders = new Set(
    paths.flatMap((path) => {
      const segments = path.split('/');
      return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
    }),
  );
  return paths.find((path) => folders.has(path));
}

/** Lengths go before what they are the length of, so that no two deployments are written alike. */
function digest(files: readonly FunctionFile[], of: object): string {
  const hash = createHash('sha256').update(JSON.stringify(of));
  for (const { path, content } of files) hash.update(JSON.stringify([path, content.length])).update(content);
  return hash.digest('hex');
}
