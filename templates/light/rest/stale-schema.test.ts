import { expect, test } from 'vitest';
import { blamesSchema } from './stale-schema.ts';

const answer = (code: unknown, status = 404) => Response.json({ code }, { status });

test.each(['PGRST200', 'PGRST202', 'PGRST204', 'PGRST205', '42P01', '42703', '42883'])(
  '%s does',
  async (code) => {
    const response = answer(code);
    expect(await blamesSchema(response)).toBe(true);
    expect(await response.json()).toEqual({ code });
  },
);

test('other errors, other forms and successes do not', async () => {
  for (const response of [
    answer('PGRST116'),
    answer(42_703),
    answer('PGRST205', 200),
    new Response('x', { status: 404 }),
  ])
    expect(await blamesSchema(response)).toBe(false);
});
