import { z } from 'zod';

/** Of plain HTTP only what does not leave the machine. */
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/|$)/;

/** Who signs people in, and how often one may ask: the same settings on every target. */
export const identitySettings = {
  BASEPLANE_OIDC_ISSUER: z
    .url('must be the URL of an OpenID Connect issuer')
    .refine((url) => url.startsWith('https://') || LOOPBACK.test(url), 'must begin with https://')
    .optional(),
  BASEPLANE_OIDC_CLIENT_ID: z.string().min(1, 'must be what the issuer calls Baseplane').max(255).optional(),
  BASEPLANE_RATE_LIMIT: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a number of requests a minute, from 1 to 9999999')
    .transform(Number)
    .optional(),
};

export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
}

interface Given {
  readonly BASEPLANE_OIDC_ISSUER?: string | undefined;
  readonly BASEPLANE_OIDC_CLIENT_ID?: string | undefined;
}

/** Undefined: nobody signs in. A name alone, of the issuer or of the client, is a problem. */
export function issuerOf(given: Given): Issuer | undefined {
  const { BASEPLANE_OIDC_ISSUER: issuer, BASEPLANE_OIDC_CLIENT_ID: clientId } = given;
  return issuer === undefined || clientId === undefined ? undefined : { issuer, clientId };
}

export function issuerProblems(given: Given): readonly string[] {
  const { BASEPLANE_OIDC_ISSUER: issuer, BASEPLANE_OIDC_CLIENT_ID: clientId } = given;
  if ((issuer === undefined) === (clientId === undefined)) return [];
  return ['BASEPLANE_OIDC_ISSUER and BASEPLANE_OIDC_CLIENT_ID go together: set both or none'];
}

export const perMinute = (requests: number) => ({
  token: { requests, seconds: 60 },
  address: { requests, seconds: 60 },
});
