import type { ByteRange } from '../objects.port.ts';
import type { FileFacts } from './file-facts.ts';

export type RangeWish = { kind: 'all' } | { kind: 'part'; range: ByteRange } | { kind: 'unsatisfiable' };

/**
 * RFC 9110, 14: one range of bytes. Several at once and what is no range are answered with the whole, which is
 * allowed and keeps answers simple.
 */
export function wishedRange(
  headers: Headers,
  size: number,
  { etag, lastModified }: Pick<FileFacts, 'etag' | 'lastModified'>,
): RangeWish {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range')?.trim() ?? '') ?? [];
  if (from === '' && to === '') return { kind: 'all' };
  const ifRange = headers.get('if-range');
  if (ifRange !== null && ifRange !== etag && ifRange !== lastModified.toUTCString()) return { kind: 'all' };
  // Without a first byte it asks for so many from the end.
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { kind: 'all' };
  return first > last ? { kind: 'unsatisfiable' } : { kind: 'part', range: { first, last } };
}
