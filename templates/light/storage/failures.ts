type Kind = {
  /** Goes into the body as text. HTTP says 400 for most of them, as clients of storage-api expect. */
  readonly status: number;
  readonly http?: number;
  /** Older name of the failure, which clients still compare. */
  readonly error?: string;
  readonly message: string;
};

/** The codes, names and words of storage-api: https://supabase.com/docs/guides/storage/debugging/error-codes */
const KINDS = {
  AccessDenied: { status: 403, error: 'Unauthorized', message: 'Access denied' },
  BucketAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  DatabaseError: { status: 400, message: 'The database refused.' },
  DatabaseReadOnly: { status: 503, http: 503, message: 'The database is in read-only mode.' },
  DatabaseTimeout: { status: 544, http: 544, message: 'The connection to the database timed out' },
  EntityTooLarge: {
    status: 413,
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
  },
  FeatureNotEnabled: { status: 409, message: 'The feature is not enabled for this resource' },
  InvalidBucketName: { status: 400, error: 'Invalid Input', message: 'Bucket name invalid' },
  InvalidJWT: { status: 400, message: 'Invalid JWT' },
  InvalidKey: { status: 400, message: 'Invalid key' },
  InvalidMimeType: { status: 415, error: 'invalid_mime_type', message: 'mime type is not supported' },
  InvalidParameter: { status: 400, message: 'Invalid Parameter' },
  InvalidRange: { status: 416, http: 416, error: 'invalid_range', message: 'invalid range provided' },
  InvalidRequest: { status: 400, message: 'Invalid request' },
  InvalidSignature: { status: 400, message: 'Invalid signature' },
  KeyAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  NoSuchBucket: { status: 404, error: 'Bucket not found', message: 'Bucket not found' },
  NoSuchKey: { status: 404, error: 'not_found', message: 'Object not found' },
  NoSuchUpload: { status: 404, message: 'Upload not found' },
  NotSupported: { status: 501, http: 501, message: 'This is not part of the light template.' },
  PreconditionFailed: { status: 412, http: 412, message: 'PreconditionFailed' },
  RelatedResourceNotFound: { status: 404, message: 'The related resource does not exist' },
  ResourceAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  ResourceLocked: { status: 423, message: 'The resource is locked' },
  ResourceNotEmpty: { status: 409, message: 'The bucket you tried to delete is not empty' },
  RouteNotFound: { status: 404, http: 404, error: 'Not Found', message: 'Route not found' },
  SlowDown: { status: 429, http: 429, message: 'Too many requests, try again later' },
} as const satisfies Readonly<Record<string, Kind>>;

export type FailureCode = keyof typeof KINDS;
export type Failure = { readonly code: FailureCode; readonly message: string };
export type Failed = { readonly ok: false; readonly failure: Failure };
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Failed;

export function fail(code: FailureCode, message: string = KINDS[code].message): Failed {
  return { ok: false, failure: { code, message } };
}

export function succeed<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function statusOf({ code }: Failure): number {
  return KINDS[code].status;
}

export function answerFailure({ code, message }: Failure): Response {
  const { status, http = 400, error = code }: Kind = KINDS[code];
  return Response.json({ statusCode: String(status), code, error, message }, { status: http });
}
