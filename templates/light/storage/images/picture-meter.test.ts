import { expect, test } from 'vitest';
import { Metrics } from '../../server/metrics.ts';
import { PictureMeter } from './picture-meter.ts';

const countOf = async (metrics: Metrics) => Number((await metrics.text()).trim().split(' ').at(-1));

test('a picture counts once a month, whatever is made of it', async () => {
  const metrics = new Metrics();
  let now = new Date('2026-03-31T23:00:00Z');
  const meter = new PictureMeter(metrics, () => now);
  for (const id of ['a', 'b', 'a', 'a']) meter.made(id);
  expect(await countOf(metrics)).toBe(2);
  now = new Date('2026-04-01T00:00:00Z');
  meter.made('a');
  expect(await countOf(metrics)).toBe(3);
});
