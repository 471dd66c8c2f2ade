import { expect, test } from 'vitest';
import { isAllowedRedirect } from './redirect.ts';

const allowed = (wish: string, ...patterns: string[]) =>
  isAllowedRedirect(wish, 'https://site.test/app', patterns);

test.each(['https://site.test/', 'https://site.test/deep/er?a=1#b'])(
  'the site itself is allowed: %s',
  (wish) => {
    expect(allowed(wish)).toBe(true);
  },
);

test.each([
  ['https://evil.test/'],
  ['http://site.test/'],
  ['https://site.test.evil.test/'],
  ['https://site.test@evil.test/'],
  ['https://user@site.test/'],
  ['https://site.test:444/'],
  ['//site.test/'],
  ['javascript:alert(1)'],
  ['https://site.test\\@evil.test/'],
  [' https://site.test/'],
  [''],
])('nowhere else is: %s', (wish) => {
  expect(allowed(wish)).toBe(false);
});

test.each([
  { pattern: 'http://app.test/**', wish: 'http://app.test/a/b?c=d', fits: true },
  { pattern: 'http://app.test/*', wish: 'http://app.test/a', fits: true },
  { pattern: 'http://app.test/*', wish: 'http://app.test/a/b', fits: false },
  { pattern: 'https://*.preview.test/**', wish: 'https://one.preview.test/x', fits: true },
  { pattern: 'https://*.preview.test/**', wish: 'https://evil.test/.preview.test/x', fits: false },
  { pattern: 'https://*.preview.test/**', wish: 'https://a.b.preview.test/x', fits: false },
  { pattern: 'http://localhost:300?', wish: 'http://localhost:3001', fits: true },
  { pattern: 'my.app://callback', wish: 'my.app://callback', fits: true },
  { pattern: 'my.app://callback', wish: 'my_app://callback', fits: false },
])('$pattern fits $wish: $fits', ({ pattern, wish, fits }) => {
  expect(allowed(wish, pattern)).toBe(fits);
});
