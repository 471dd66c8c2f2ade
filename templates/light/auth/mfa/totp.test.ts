import { expect, test } from 'vitest';
import { codeAt, randomSecret, stepOfCode, totpUri } from './totp.ts';

// The key of RFC 6238, appendix B ("12345678901234567890"), and the last six of its eight digits.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  { seconds: 59, code: '287082' },
  { seconds: 1_111_111_109, code: '081804' },
  { seconds: 1_234_567_890, code: '005924' },
  { seconds: 20_000_000_000, code: '353130' },
])('gives the codes of RFC 6238: $code', ({ seconds, code }) => {
  expect(codeAt(SECRET, seconds * 1000)).toBe(code);
});

test('takes the codes of the neighbouring steps and no others', () => {
  const now = 1_700_000_010_000;
  const accepted = [-60, -30, 0, 30, 60].map((offset) =>
    stepOfCode(SECRET, codeAt(SECRET, now + offset * 1000), now),
  );
  const step = Math.floor(now / 30_000);
  expect(accepted).toEqual([undefined, step - 1, step, step + 1, undefined]);
  expect(stepOfCode(SECRET, '', now)).toBeUndefined();
});

test('a secret is 160 bits in the letters that apps take, and its address names whose it is', () => {
  expect(randomSecret()).toMatch(/^[A-Z2-7]{32}$/);
  const uri = new URL(totpUri(SECRET, 'site.test', 'ada@a.test'));
  expect(decodeURIComponent(uri.pathname)).toContain('site.test:ada@a.test');
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    secret: SECRET,
    issuer: 'site.test',
    period: '30',
  });
});
