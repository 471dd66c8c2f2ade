export function failure(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ message }, { status, headers });
}

/** What is wrong with a body, by field, as Supabase tells it. */
export function unprocessable(errors: Readonly<Record<string, unknown>>): Response {
  return Response.json({ errors }, { status: 422 });
}

export const RATE_EXCEEDED = 'You have exceeded your rate limit';
