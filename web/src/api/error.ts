import type { ErrorBody } from './types.ts';

/** What the API refused, in its own words; or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly suggestion: string | undefined;
  readonly field: string | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, body: Pick<ErrorBody, 'message'> & Partial<ErrorBody>) {
    super(body.message);
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.suggestion = body.suggestion;
    this.field = body.field;
    this.requestId = body.request_id;
  }
}

export const UNREACHABLE = new ApiError(0, {
  message: 'The API cannot be reached.',
  suggestion: 'Look whether the cloud is running and the network is there, then try again.',
});

/** Asked for by an address under which nothing is, or none can be. */
export const isAbsent = ({ data, error }: { readonly data: unknown; readonly error: unknown }): boolean =>
  data === undefined && error instanceof ApiError && [400, 404].includes(error.status);

/** What there is to say of anything that was thrown. */
export function wordsOf(error: unknown): { readonly message: string; readonly suggestion?: string } {
  if (error instanceof ApiError) {
    const { message, suggestion } = error;
    return suggestion === undefined ? { message } : { message, suggestion };
  }
  return {
    message: error instanceof Error ? error.message : 'Something went wrong on this page.',
    suggestion: 'Reload the page and try again.',
  };
}
