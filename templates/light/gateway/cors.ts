/** All methods that any service takes. */
export const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'];

const REQUEST_HEADERS = [
  'authorization',
  'apikey',
  'accept',
  'accept-profile',
  'cache-control',
  'content-profile',
  'content-type',
  'if-match',
  'if-none-match',
  'prefer',
  'range',
  'range-unit',
  'tus-resumable',
  'upload-length',
  'upload-metadata',
  'upload-offset',
  'x-client-info',
  'x-metadata',
  'x-region',
  'x-retry-count',
  'x-supabase-api-version',
  'x-upsert',
];

const EXPOSED = [
  'content-encoding',
  'content-location',
  'content-range',
  'date',
  'etag',
  'link',
  'location',
  'preference-applied',
  'range-unit',
  'sb-error-code',
  'sb-request-id',
  'tus-extension',
  'tus-max-size',
  'tus-resumable',
  'tus-version',
  'upload-expires',
  'upload-length',
  'upload-metadata',
  'upload-offset',
  'x-deno-execution-id',
  'x-sb-error-code',
  'x-total-count',
].join(', ');

export function isPreflight(request: Request): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  );
}

/** Any origin may call: the key and the token decide, and no cookie is ever read. */
export function answerPreflight(request: Request): Response {
  const asked = (request.headers.get('access-control-request-headers') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9-]+$/.test(name));
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': METHODS.join(', '),
      'access-control-allow-headers': [...new Set([...REQUEST_HEADERS, ...asked])].join(', '),
      'access-control-max-age': '3600',
    },
  });
}

/** What every answer carries, so that pages of any origin may read it. */
export const FOR_BROWSERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED,
} as const;

export function exposeToBrowsers(headers: Headers): void {
  for (const [name, value] of Object.entries(FOR_BROWSERS)) headers.set(name, value);
}
