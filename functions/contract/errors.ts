import { z } from 'zod';

/** Every error code the API can answer, with its HTTP status. Codes are stable; messages may change. */
export const ERROR_STATUS = {
  validation_failed: 400,
  query_failed: 400,
  unauthorized: 401,
  quota_exceeded: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  illegal_transition: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  not_implemented: 501,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

const isCode = (code: string): code is ErrorCode => code in ERROR_STATUS;

/** The body of every answer that is not a 2xx. */
export const errorBody = z.object({
  message: z.string(),
  code: z.enum(Object.keys(ERROR_STATUS).filter(isCode)),
  field: z
    .string()
    .optional()
    .meta({ description: 'Where in the request the fault is: `body.name`, `query.services`, `path.ref`' }),
  suggestion: z.string().optional().meta({ description: 'What to do about it' }),
  request_id: z.string(),
});

export type ErrorBody = z.infer<typeof errorBody>;
