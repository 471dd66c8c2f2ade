import { type Service, headersOf } from '../../api/service.ts';

export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly public: boolean;
  readonly file_size_limit: number | null;
  readonly created_at: string;
}

/** A file; or, where the id is null, a folder, which is nothing but the beginning of names. */
export interface Entry {
  readonly name: string;
  readonly id: string | null;
  readonly updated_at: string | null;
  readonly metadata: { readonly size?: number; readonly mimetype?: string } | null;
}

export const PAGE_SIZE = 100;

/** Each segment of a path, as an address carries it. */
const inPath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

const at = (bucket: string, path: string) => `${encodeURIComponent(bucket)}/${inPath(path)}`;

export const listBuckets = (service: Service, signal: AbortSignal) =>
  service.ask<readonly Bucket[]>('/storage/v1/bucket', { signal });

interface Listing {
  readonly bucket: string;
  /** Of the folder, without a slash at its end; empty: the bucket itself. */
  readonly folder: string;
  readonly search: string;
  readonly offset: number;
}

export const listEntries = (
  service: Service,
  { bucket, folder, search, offset }: Listing,
  signal: AbortSignal,
) =>
  service.ask<readonly Entry[]>(`/storage/v1/object/list/${encodeURIComponent(bucket)}`, {
    method: 'POST',
    json: {
      prefix: folder,
      limit: PAGE_SIZE,
      offset,
      search,
      sortBy: { column: 'name', order: 'asc' },
    },
    signal,
  });

/** A link that lets whoever has it read the file, for so many seconds. */
export async function signedLink(
  service: Service,
  bucket: string,
  path: string,
  seconds: number,
): Promise<string> {
  const { signedURL } = await service.ask<{ readonly signedURL: string }>(
    `/storage/v1/object/sign/${at(bucket, path)}`,
    { method: 'POST', json: { expiresIn: seconds } },
  );
  return `/storage/v1${signedURL}`;
}

export const removeFiles = (service: Service, bucket: string, paths: readonly string[]) =>
  service.ask(`/storage/v1/object/${encodeURIComponent(bucket)}`, {
    method: 'DELETE',
    json: { prefixes: paths },
  });

/** Fetch tells of no progress, so this is the older way to ask. */
export async function upload(
  { base, credentials }: Service,
  place: { readonly bucket: string; readonly path: string },
  file: File,
  onProgress: (share: number) => void,
): Promise<void> {
  const headers = Object.entries(headersOf(await credentials()));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${base}/storage/v1/object/${at(place.bucket, place.path)}`);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.setRequestHeader('x-upsert', 'true');
    request.setRequestHeader('content-type', file.type === '' ? 'application/octet-stream' : file.type);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total === 0 ? 0 : loaded / total),
    );
    request.addEventListener('error', () => reject(new Error('The connection broke off.')));
    request.addEventListener('load', () => {
      if (request.status < 300) resolve();
      else
        reject(
          new Error(messageIn(request.responseText) ?? `The project answered with status ${request.status}.`),
        );
    });
    request.send(file);
  });
}

function messageIn(text: string): string | undefined {
  try {
    const { message }: { readonly message?: string } = JSON.parse(text);
    return message;
  } catch {
    return undefined;
  }
}
