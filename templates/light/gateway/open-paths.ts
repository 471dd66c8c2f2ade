/**
 * What Supabase's gateway serves without an API key: links that people follow from a mail or a provider's
 * redirect, key discovery, and services that check their callers themselves.
 */
const OPEN = [
  /^\/auth\/v1\/(verify|callback|authorize)$/,
  /^\/auth\/v1\/(oauth|sso\/saml|\.well-known)\//,
  /^\/storage\/v1(\/|$)/,
  /^\/functions\/v1(\/|$)/,
];

export function isOpen(path: string): boolean {
  return OPEN.some((pattern) => pattern.test(path));
}
