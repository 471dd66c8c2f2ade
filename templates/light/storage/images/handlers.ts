import { createHash } from 'node:crypto';
import { judge } from '../downloads/conditions.ts';
import { type FileFacts, factsOf } from '../downloads/file-facts.ts';
import { disposition, headersOf } from '../downloads/file-response.ts';
import { sendFile } from '../downloads/handlers.ts';
import type { Locate, Located } from '../downloads/locate.ts';
import { fail, type Outcome, succeed } from '../failures.ts';
import { parseQuery } from '../parse.ts';
import type { Storage } from '../storage.ts';
import type { Handler } from '../storage-request.ts';
import { formatTransform, parseTransform, TransformOptions } from './transform-options.ts';

/** Supabase's limit of a picture to transform. */
const LARGEST_SOURCE = 25 * 1024 * 1024;

/** A picture in the size and format that was asked for. */
export const sendPicture =
  (locate: Locate): Handler =>
  async (storage, request) => {
    if (!storage.transforms) return fail('FeatureNotEnabled', 'Image transformations are turned off.');
    const { url, request: incoming } = request;
    const located = await locate(storage, request);
    if (!located.ok) return located;
    const { transformations, expires, object } = located.value;
    const options =
      expires === undefined
        ? parseQuery(url.searchParams, TransformOptions)
        : parseTransform(transformations);
    if (!options.ok) return options;
    const facts = factsOf(object);
    // A drawing has no pixels to change, so imgproxy does not either.
    if (facts.mimeType.startsWith('image/svg')) return sendFile(async () => located)(storage, request);

    const acceptsWebp = (incoming.headers.get('accept') ?? '').includes('image/webp');
    const rendering = { options: options.value, acceptsWebp };
    const headers = headersOf({ ...facts, etag: tagOf(facts, rendering) }, expires);
    headers.set('vary', 'accept');
    const verdict = judge(incoming.headers, { ...facts, etag: headers.get('etag') ?? '' });
    if (verdict === 'not-modified') return succeed(new Response(null, { status: 304, headers }));
    if (verdict === 'precondition-failed') return fail('PreconditionFailed');
    const source = await read(storage, located.value, facts);
    if (!source.ok) return source;
    // Loaded by the first picture: it takes more memory than all the rest.
    const { renderPicture } = await import('./picture.ts');
    const picture = await renderPicture(source.value, rendering);
    if (!picture.ok) return picture;
    storage.pictures.made(object.id);
    headers.set('content-type', `image/${picture.value.format}`);
    headers.set('x-content-type-options', 'nosniff');
    const download = url.searchParams.get('download');
    if (download !== null) headers.set('content-disposition', disposition(download));
    return succeed(new Response(picture.value.bytes, { headers }));
  };

async function read({ files }: Storage, { object }: Located, facts: FileFacts): Promise<Outcome<Uint8Array>> {
  const address = { bucket: object.bucket_id, name: object.name, version: object.version };
  const size = facts.size ?? (await files.head(address))?.size;
  if (size === undefined) return fail('NoSuchKey');
  if (size > LARGEST_SOURCE)
    return fail('InvalidRequest', `A picture to transform may have ${LARGEST_SOURCE} bytes at most.`);
  const body = await files.get(address);
  return body === undefined ? fail('NoSuchKey') : succeed(await new Response(body).bytes());
}

/** One for every picture that is made of the object. */
function tagOf(
  { etag }: FileFacts,
  { options, acceptsWebp }: { options: TransformOptions; acceptsWebp: boolean },
) {
  const hash = createHash('md5').update(`${etag} ${formatTransform(options)} ${acceptsWebp}`);
  return `"${hash.digest('hex')}"`;
}
