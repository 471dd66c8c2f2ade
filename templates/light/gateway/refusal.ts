import type { TokenFailure } from './token.ts';

const UNAUTHORIZED = { status: 401 } as const;

export function missingKey(): Response {
  return Response.json(
    { message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' },
    UNAUTHORIZED,
  );
}

export function invalidKey(): Response {
  return Response.json(
    {
      message: 'Invalid API key',
      hint: 'Double check your Supabase `anon` or `service_role` API key.',
    },
    UNAUTHORIZED,
  );
}

export function legacyKeysDisabled(): Response {
  return Response.json(
    {
      message: 'Legacy API keys are disabled',
      hint: 'Use a publishable or secret API key, or have the legacy ones (anon, service_role) enabled again.',
    },
    UNAUTHORIZED,
  );
}

export function secretKeyInBrowser(): Response {
  return Response.json(
    { message: 'Forbidden use of secret API key in browser', hint: 'Use a publishable key there.' },
    UNAUTHORIZED,
  );
}

/** Kong's words for a key that is good, but not for this. */
export function secretKeyOnly(): Response {
  return Response.json(
    { message: 'You cannot consume this service', hint: 'It takes a secret key or the service_role key.' },
    { status: 403 },
  );
}

/** Codes and words of PostgREST 13, which clients compare. */
const TOKEN_FAILURES: Readonly<
  Record<TokenFailure, { code: string; message: string; details: string | null }>
> = {
  malformed: { code: 'PGRST301', message: 'The bearer token is not a JWT', details: null },
  signature: {
    code: 'PGRST301',
    message: 'No suitable key or wrong key type',
    details: 'None of the keys was able to decode the JWT',
  },
  foreign: { code: 'PGRST301', message: 'JWT was issued for another project', details: null },
  expired: { code: 'PGRST303', message: 'JWT expired', details: null },
  'not-yet-valid': { code: 'PGRST303', message: 'JWT not yet valid', details: null },
  claims: { code: 'PGRST303', message: 'Parsing claims failed', details: null },
};

export function refusedToken(failure: TokenFailure): Response {
  const { code, message, details } = TOKEN_FAILURES[failure];
  return Response.json(
    { code, message, details, hint: null },
    {
      status: 401,
      headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${message}"` },
    },
  );
}

/** Kong's words for a path that no route has. */
export function noRoute(): Response {
  return Response.json({ message: 'no Route matched with those values' }, { status: 404 });
}

export function serviceOff(name: string): Response {
  const message = `The service ${name} is not part of this project.`;
  return Response.json(
    { message, hint: 'Create the project with a template or feature that has it.' },
    { status: 404 },
  );
}

export function unknownMethod(method: string): Response {
  return Response.json({ message: `The method ${method} is not supported.` }, { status: 405 });
}

export function bodyTooLarge(limit: number): Response {
  return Response.json({ message: `The request body is larger than ${limit} bytes.` }, { status: 413 });
}

/** Supabase's status for a project that is restricted. */
export function overQuota(because: string): Response {
  return Response.json({ message: because, code: 'quota_exceeded' }, { status: 402 });
}

export function unexpected(requestId: string): Response {
  return Response.json({ message: 'An unexpected error occurred.', request_id: requestId }, { status: 500 });
}
