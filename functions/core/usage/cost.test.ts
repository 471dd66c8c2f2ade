import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../templates/catalogue.ts';
import { findTemplate } from '../project/template.ts';
import { type Held, costOf, sumOfCosts } from './cost.ts';
import { monthSchema } from './period.ts';

const GB = 1024 ** 3;
const JANUARY = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };

const held = (template: string, more: Partial<Held> = {}): Held => ({
  month: monthSchema.parse('2026-01'),
  tier: 'pooled',
  template: findTemplate(CATALOGUE, template),
  runs: [],
  totals: {},
  ...JANUARY,
  ...more,
});

const run = (size: Held['runs'][number]['size'], start: string, end: string | undefined) => ({
  size,
  tools: false,
  start: new Date(start),
  end: end === undefined ? undefined : new Date(end),
});
const always = (size: Held['runs'][number]['size']) => run(size, '2025-12-01T00:00:00Z', undefined);

/** Each with the arithmetic of docs/usage.md, in cents. */
const ROWS: readonly [string, Held, Readonly<Record<string, number>>][] = [
  ['paused for all of the month', held('light'), { secret: 40 }],
  [
    'awake, light, nano: 744 hours of a quarter of a core and of half a gigabyte',
    held('light', { runs: [always('nano')] }),
    { fargate_cpu: 602.27, fargate_memory: 132.43, secret: 40 },
  ],
  [
    'awake, full, nano: twice the cores, four times the memory',
    held('full', { runs: [always('nano')] }),
    { fargate_cpu: 1204.54, fargate_memory: 529.73, secret: 40 },
  ],
  [
    'and with its tools beside it, which take as much as it',
    held('full', { runs: [{ ...always('nano'), tools: true }] }),
    { fargate_cpu: 2409.07, fargate_memory: 1059.46, secret: 40 },
  ],
  [
    'awake for 90 minutes that begin in the month before, as medium',
    held('light', { runs: [run('medium', '2025-12-31T23:00:00Z', '2026-01-01T00:30:00Z')] }),
    { fargate_cpu: 1.62, fargate_memory: 0.71, secret: 40 },
  ],
  [
    'with a cluster of its own, awake for twenty hours',
    held('light', {
      tier: 'dedicated',
      runs: [run('nano', '2026-01-05T00:00:00Z', '2026-01-05T20:00:00Z')],
    }),
    { fargate_cpu: 16.19, fargate_memory: 3.56, aurora_capacity: 120, secret: 80 },
  ],
  [
    'with a cluster of its own, which took 30 ACU and hours in those twenty',
    held('light', {
      tier: 'dedicated',
      runs: [run('nano', '2026-01-05T00:00:00Z', '2026-01-05T20:00:00Z')],
      totals: { database_acu_seconds: 30 * 3600 },
    }),
    { fargate_cpu: 16.19, fargate_memory: 3.56, aurora_capacity: 360, secret: 80 },
  ],
  ['a database alone, which has no task', held('base', { runs: [always('nano')] }), { secret: 40 }],
  [
    'a gigabyte of database and ten of files for all of the month, and a hundred sent',
    held('light', {
      totals: {
        database_bytes: GB * 744,
        storage_bytes: 10 * GB * 744,
        egress_bytes_rest: 60 * GB,
        egress_bytes_postgres: 40 * GB,
      },
    }),
    { database_storage: 10, file_storage: 23, secret: 40, egress: 900 },
  ],
  [
    'made in the middle of the month, and deleted after a day',
    held('light', { from: new Date('2026-01-15T00:00:00Z'), to: new Date('2026-01-16T00:00:00Z') }),
    { secret: 1.29 },
  ],
  [
    'made after the month',
    held('light', { from: new Date('2026-02-02T00:00:00Z'), to: new Date('2026-02-03T00:00:00Z') }),
    {},
  ],
];

describe('what a project costs whoever runs the installation', () => {
  it.each(ROWS)('%s', (_, project, expected) => {
    const lines = costOf(project).filter(({ item }) => item !== 'dns_record');
    expect(Object.fromEntries(lines.map(({ item, cents }) => [item, cents]))).toEqual(expected);
    const sum = Object.values(expected).reduce((one, other) => one + other, 0);
    expect(sumOfCosts(lines)).toBeCloseTo(sum, 6);
  });
});
