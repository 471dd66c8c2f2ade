import { answerFailure, fail } from '../failures.ts';
import type { ByteRange } from '../objects.port.ts';
import type { FileFacts } from './file-facts.ts';
import { judge } from './conditions.ts';
import { wishedRange } from './range.ts';

/** What to answer, before a byte of the file is read. */
export type Plan =
  | { readonly send: false; readonly response: Response }
  | {
      readonly send: true;
      readonly status: 200 | 206;
      readonly headers: Headers;
      readonly range?: ByteRange;
    };

export interface Presentation {
  readonly request: Request;
  readonly url: URL;
  readonly expires: Date | undefined;
}

export function planResponse(
  facts: FileFacts & { readonly size: number },
  { request, url, expires }: Presentation,
): Plan {
  const headers = headersOf(facts, expires);
  const verdict = judge(request.headers, facts);
  if (verdict === 'not-modified')
    return { send: false, response: new Response(null, { status: 304, headers }) };
  if (verdict === 'precondition-failed')
    return { send: false, response: answerFailure(fail('PreconditionFailed').failure) };
  headers.set('accept-ranges', 'bytes');
  headers.set('content-type', safeType(facts.mimeType));
  headers.set('x-content-type-options', 'nosniff');
  if (facts.contentEncoding !== undefined) headers.set('content-encoding', facts.contentEncoding);
  const download = url.searchParams.get('download');
  if (download !== null) headers.set('content-disposition', disposition(download));

  const wish = wishedRange(request.headers, facts.size, facts);
  if (wish.kind === 'unsatisfiable') {
    const response = answerFailure(fail('InvalidRange').failure);
    response.headers.set('content-range', `bytes */${facts.size}`);
    return { send: false, response };
  }
  if (wish.kind === 'all') {
    headers.set('content-length', String(facts.size));
    return { send: true, status: 200, headers };
  }
  const { first, last } = wish.range;
  headers.set('content-length', String(last - first + 1));
  headers.set('content-range', `bytes ${first}-${last}/${facts.size}`);
  return { send: true, status: 206, headers, range: wish.range };
}

export function headersOf(facts: FileFacts, expires: Date | undefined): Headers {
  return new Headers({
    etag: facts.etag,
    'last-modified': facts.lastModified.toUTCString(),
    ...(expires === undefined ? { 'cache-control': facts.cacheControl } : { expires: expires.toUTCString() }),
  });
}

/** As on Supabase nobody's page is shown as one, on the same site as the API. */
function safeType(mimeType: string): string {
  return /text\/html/i.test(mimeType) ? 'text/plain' : mimeType;
}

export function disposition(fileName: string): string {
  if (fileName === '') return 'attachment;';
  const encoded = encodeURIComponent(fileName);
  return `attachment; filename=${encoded}; filename*=UTF-8''${encoded};`;
}
