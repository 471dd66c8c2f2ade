import type { ObjectRow } from '../database/rows.ts';
import { isHeaderValue } from '../uploads/mime-types.ts';

/** What a response says of a file. A project's owner can write anything into metadata, so nothing of it is certain. */
export interface FileFacts {
  readonly size: number | undefined;
  readonly etag: string;
  readonly mimeType: string;
  readonly cacheControl: string;
  readonly contentEncoding: string | undefined;
  readonly lastModified: Date;
}

export function factsOf(row: ObjectRow): FileFacts {
  const metadata: Readonly<Record<string, unknown>> = { ...row.metadata };
  const text = (name: string) => {
    const value = metadata[name];
    return typeof value === 'string' && isHeaderValue(value) ? value : undefined;
  };
  const { size } = metadata;
  const lastModified = new Date(text('lastModified') ?? row.updated_at);
  return {
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
    etag: text('eTag') ?? `"${row.version}"`,
    mimeType: text('mimetype') ?? 'application/octet-stream',
    cacheControl: text('cacheControl') ?? 'no-cache',
    contentEncoding: text('contentEncoding'),
    lastModified: Number.isNaN(lastModified.getTime()) ? row.updated_at : lastModified,
  };
}
