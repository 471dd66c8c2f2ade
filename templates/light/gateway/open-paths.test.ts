import { expect, test } from 'vitest';
import { isOpen } from './open-paths.ts';

test.each([
  '/auth/v1/verify',
  '/auth/v1/callback',
  '/auth/v1/authorize',
  '/auth/v1/.well-known/jwks.json',
  '/auth/v1/sso/saml/acs',
  '/storage/v1/object/public/a/b.png',
  '/functions/v1/hello',
])('%s needs no key', (path) => {
  expect(isOpen(path)).toBe(true);
});

test.each([
  '/rest/v1/verify',
  '/auth/v1/token',
  '/auth/v1/user',
  '/auth/v1/verify/more',
  '/auth/v1/admin/users',
  '/auth/v1/verifyx',
  '/storage/v10',
  '/realtime/v1/websocket',
  '/pg/query',
])('%s needs one', (path) => {
  expect(isOpen(path)).toBe(false);
});
