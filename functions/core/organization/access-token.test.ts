import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, isAccessToken, newAccessToken } from './access-token.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

describe('an access token', () => {
  it('has the shape that the CLI accepts and passes its own check', () => {
    for (let i = 0; i < 100; i += 1) {
      const token = newAccessToken(random);
      expect(token).toMatch(/^sbp_[a-f0-9]{40}$/);
      expect(isAccessToken(token)).toBe(true);
    }
  });

  it('is refused offline when a single digit is changed', () => {
    const token = newAccessToken(random);
    for (let at = 4; at < token.length; at += 1) {
      const changed = token.charAt(at) === '0' ? '1' : '0';
      expect(isAccessToken(token.slice(0, at) + changed + token.slice(at + 1))).toBe(false);
    }
  });

  it.each(['', 'sbp_', 'sbp_xyz', ' sbp_', `sbp_${'A'.repeat(40)}`, `sbp_oauth_${'0'.repeat(40)}`])(
    'is not %j',
    (text) => {
      expect(isAccessToken(text)).toBe(false);
    },
  );

  it('is known by its SHA-256', () => {
    expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
