import { fail, type Outcome, succeed } from '../failures.ts';
import { parseJsonObject } from '../parse.ts';
import { isHeaderValue } from './mime-types.ts';
import { readMultipart } from './multipart.ts';

export interface IncomingFile {
  readonly content: AsyncIterable<unknown>;
  readonly mimeType: string;
  readonly cacheControl: string;
  readonly contentEncoding: string | undefined;
  readonly userMetadata: Readonly<Record<string, unknown>> | undefined;
  /** What the client says; of a form it would count more than the file. */
  readonly declaredSize: number | undefined;
}

const EMPTY: AsyncIterable<unknown> = { async *[Symbol.asyncIterator]() {} };

/** Finds the file in a request: a part of a form, or the whole body. */
export async function readIncomingFile(request: Request): Promise<Outcome<IncomingFile>> {
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  const file = /^multipart\/form-data/i.test(contentType)
    ? await fromForm(request, contentType)
    : succeed(fromBody(request, contentType));
  if (!file.ok) return file;
  for (const [name, value] of [
    ['cache-control', file.value.cacheControl],
    ['content-encoding', file.value.contentEncoding ?? 'none'],
  ] as const)
    if (!isHeaderValue(value))
      return fail('InvalidRequest', `Invalid character in response header "${name}"`);
  return file;
}

async function fromForm(request: Request, contentType: string): Promise<Outcome<IncomingFile>> {
  const form = await readMultipart(request, contentType);
  if (!form.ok) return form;
  const { fields, mimeType, content } = form.value;
  const maxAge = fields.get('cacheControl');
  const metadata = fields.get('metadata') ?? fields.get('userMetadata');
  return succeed({
    content,
    mimeType: fields.get('contentType') ?? mimeType,
    cacheControl: maxAge === undefined || maxAge === '' ? 'no-cache' : `max-age=${maxAge}`,
    contentEncoding: fields.get('contentEncoding'),
    userMetadata: metadata === undefined ? undefined : parseJsonObject(metadata),
    declaredSize: undefined,
  });
}

function fromBody(request: Request, contentType: string): IncomingFile {
  const { headers } = request;
  const length = headers.get('content-length');
  return {
    content: request.body ?? EMPTY,
    mimeType: contentType,
    cacheControl: headers.get('cache-control') ?? 'no-cache',
    contentEncoding: headers.get('content-encoding') ?? undefined,
    userMetadata: readUserMetadata(headers),
    declaredSize: length === null ? undefined : Number(length),
  };
}

export function readUserMetadata(headers: Headers): Record<string, unknown> | undefined {
  const encoded = headers.get('x-metadata');
  return encoded === null ? undefined : parseJsonObject(Buffer.from(encoded, 'base64').toString());
}
