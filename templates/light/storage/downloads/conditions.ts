import type { FileFacts } from './file-facts.ts';

export type Verdict = 'send' | 'not-modified' | 'precondition-failed';

/** RFC 9110, 13.2.2: which of a request's conditions count, and in which order. */
export function judge(
  headers: Headers,
  { etag, lastModified }: Pick<FileFacts, 'etag' | 'lastModified'>,
): Verdict {
  // HTTP dates have no milliseconds.
  const modified = Math.floor(lastModified.getTime() / 1000);
  const ifMatch = headers.get('if-match');
  const ifUnmodifiedSince = seconds(headers.get('if-unmodified-since'));
  if (ifMatch !== null) {
    if (!lists(ifMatch, etag)) return 'precondition-failed';
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) return 'precondition-failed';

  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== null) return lists(ifNoneMatch, etag) ? 'not-modified' : 'send';
  const ifModifiedSince = seconds(headers.get('if-modified-since'));
  return ifModifiedSince !== undefined && modified <= ifModifiedSince ? 'not-modified' : 'send';
}

/** `*` or a list of entity tags; ours are strong, and proxies that compress make them weak. */
function lists(header: string, etag: string): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === '*' || tag === etag);
}

function seconds(date: string | null): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
