import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { fail, type Outcome, succeed } from '../failures.ts';
import type { Storage } from '../storage.ts';

/** So that a link for reading is good for nothing else, and the other way round. */
const DownloadClaims = z.object({
  url: z.string(),
  scope: z.literal('download'),
  exp: z.number(),
  transformations: z.string().optional(),
  version: z.string().optional(),
});
const UploadClaims = z.object({
  url: z.string(),
  scope: z.literal('upload'),
  exp: z.number(),
  owner: z.string().optional(),
  upsert: z.boolean(),
});

export type DownloadGrant = Omit<z.infer<typeof DownloadClaims>, 'scope' | 'exp'>;
export type UploadGrant = Omit<z.infer<typeof UploadClaims>, 'scope' | 'exp'>;
type Key = Pick<Storage, 'jwtSecret'>;

export function signDownload(key: Key, grant: DownloadGrant, seconds: number): Promise<string> {
  return sign(key, { ...grant, scope: 'download' }, seconds);
}

export function signUpload(key: Key, grant: UploadGrant, seconds: number): Promise<string> {
  return sign(key, { ...grant, scope: 'upload' }, seconds);
}

export function verifyDownloadToken(
  key: Key,
  token: string,
  path: string,
): Promise<Outcome<z.infer<typeof DownloadClaims>>> {
  return verify(key, token, path, DownloadClaims);
}

export function verifyUploadToken(
  key: Key,
  token: string,
  path: string,
): Promise<Outcome<z.infer<typeof UploadClaims>>> {
  return verify(key, token, path, UploadClaims);
}

/** None of these has a role, so that Auth and REST take it for nobody's token. */
function sign({ jwtSecret }: Key, claims: Record<string, unknown>, seconds: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(jwtSecret));
}

async function verify<Claims extends { url: string }>(
  { jwtSecret }: Key,
  token: string,
  path: string,
  schema: z.ZodType<Claims>,
): Promise<Outcome<Claims>> {
  const secret = new TextEncoder().encode(jwtSecret);
  const verified = await jwtVerify(token, secret, { algorithms: ['HS256'] }).catch((error: unknown) =>
    fail('InvalidJWT', error instanceof Error ? error.message : 'Invalid JWT'),
  );
  if ('failure' in verified) return verified;
  const claims = schema.safeParse(verified.payload);
  return claims.success && claims.data.url === path ? succeed(claims.data) : fail('InvalidSignature');
}
