import { expect, test } from 'vitest';
import { planWishOf } from './plans.ts';

test.each([
  [
    'application/vnd.pgrst.plan+json; for="application/json"; options=analyze|wal;',
    'explain (format json, analyze, wal)',
    'application/vnd.pgrst.plan+json; for="application/json"; options=analyze|wal; charset=utf-8',
  ],
  [
    'application/vnd.pgrst.plan',
    'explain (format text)',
    'application/vnd.pgrst.plan+text; for="application/json"; charset=utf-8',
  ],
  [
    'application/vnd.pgrst.plan; options=analyze) delete from x; --|verbose',
    'explain (format text, analyze)',
    expect.any(String),
  ],
])('%s', (accept, explain, contentType) => {
  expect(planWishOf(accept)).toMatchObject({ explain, contentType });
});

test.each([[null], ['application/json'], ['text/csv, application/vnd.pgrst.plan']])(
  '%s wants rows',
  (accept) => {
    expect(planWishOf(accept)).toBeUndefined();
  },
);
