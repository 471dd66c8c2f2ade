import { describe, expect, test } from 'vitest';
import { Metrics } from './metrics.ts';

describe('the text format', () => {
  test('adds up by labels and escapes their values', async () => {
    const metrics = new Metrics();
    const counter = metrics.counter('things_total', 'Things.');
    counter.add({ kind: 'a "b" \\ c\nd' });
    counter.add({ kind: 'a "b" \\ c\nd' }, 2);
    counter.add({});
    expect(await metrics.text()).toBe(
      [
        '# HELP things_total Things.',
        '# TYPE things_total counter',
        String.raw`things_total{kind="a \"b\" \\ c\nd"} 3`,
        'things_total 1',
        '',
      ].join('\n'),
    );
  });

  test('counts what is observed in each bucket that holds it', async () => {
    const metrics = new Metrics();
    const histogram = metrics.histogram('wait_seconds', 'Waits.', [0.1, 1]);
    for (const value of [0.1, 0.5, 4]) histogram.observe({ at: 'x' }, value);
    expect((await metrics.text()).split('\n').slice(2)).toEqual([
      'wait_seconds_bucket{at="x",le="0.1"} 1',
      'wait_seconds_bucket{at="x",le="1"} 2',
      'wait_seconds_bucket{at="x",le="+Inf"} 3',
      'wait_seconds_sum{at="x"} 4.6',
      'wait_seconds_count{at="x"} 3',
      '',
    ]);
  });

  test('leaves out what cannot be asked for', async () => {
    const metrics = new Metrics();
    metrics.gauge('broken', 'Fails.', () => Promise.reject(new Error('no answer')));
    metrics.total('kept_total', 'Kept elsewhere.', () => [[{}, 7]]);
    expect(await metrics.text()).toBe(
      '# HELP broken Fails.\n# TYPE broken gauge\n# HELP kept_total Kept elsewhere.\n# TYPE kept_total counter\nkept_total 7\n',
    );
  });
});
