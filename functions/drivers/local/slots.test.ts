import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('lets no more work at a time than it has places, and serves in order', async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let working = 0;
  let most = 0;
  const work = async (index: number) => {
    using _slot = await slots.take();
    order.push(index);
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setImmediate(resolve));
    working -= 1;
  };
  await Promise.all(Array.from({ length: 9 }, (_, index) => work(index)));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
