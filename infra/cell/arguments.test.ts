import { describe, expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

const GOOD = {
  stage: 'production',
  cell: 'euc1',
  region: 'eu-central-1',
  'root-domain': 'example.com',
  'hosted-zone-id': 'Z0123456789ABC',
  'wake-url': 'https://api.example.com',
};

const read = (options: Record<string, string>, ...more: string[]) =>
  readArguments([...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), ...more]);

describe('the arguments of the synthesis', () => {
  test('are the settings of a cell', () => {
    expect(read(GOOD, '--default-cell', '--out', 'cell.json')).toEqual({
      ok: true,
      value: {
        out: 'cell.json',
        part: 'cell',
        settings: {
          stage: 'production',
          cell: 'euc1',
          region: 'eu-central-1',
          rootDomain: 'example.com',
          hostedZoneId: 'Z0123456789ABC',
          wakeUrl: 'https://api.example.com',
          cidr: '10.0.0.0/16',
          defaultCell: true,
        },
      },
    });
    expect(read(GOOD)).toMatchObject({
      ok: true,
      value: { out: undefined, settings: { defaultCell: false } },
    });
  });

  test.each(Object.keys(GOOD))('are refused without --%s', (missing) => {
    const rest = Object.entries(GOOD).filter(([name]) => name !== missing);
    expect(read(Object.fromEntries(rest))).toEqual({ ok: false, error: [`--${missing} is missing`] });
  });

  test.each([
    ['stage', 'Production'],
    ['stage', ''],
    ['cell', 'eu_1'],
    ['cell', 'a'.repeat(21)],
    ['region', 'eu-central-9'],
    ['root-domain', 'undefined'],
    ['root-domain', 'https://example.com'],
    ['root-domain', 'example.com.'],
    ['root-domain', '*.example.com'],
    ['root-domain', 'exa mple.com;return 200'],
    ['hosted-zone-id', '/hostedzone/Z0123456789ABC'],
    ['wake-url', 'api.example.com'],
    ['wake-url', 'http://api.example.com'],
    ['wake-url', 'https://api.example.com/'],
    ['wake-url', 'https://api.example.com/v1?x=1'],
    ['wake-url', 'https://user@api.example.com'],
    ['cidr', '10.0.0.0/8'],
    ['cidr', '8.8.0.0/16'],
    ['cidr', '10.0.1.0/16'],
    ['cidr', '10.999.0.0/16'],
  ])('are refused with --%s %s', (option, value) => {
    const result = read({ ...GOOD, [option]: value });
    expect(result).toEqual({
      ok: false,
      error: [expect.stringMatching(new RegExp(`^--${option} must be `))],
    });
  });

  test('are refused with all that is wrong, and with options there are none of', () => {
    expect(read({ cell: '9', region: 'mars' })).toMatchObject({ ok: false, error: { length: 6 } });
    expect(read(GOOD, '--destroy')).toMatchObject({
      ok: false,
      error: [expect.stringContaining('--destroy')],
    });
    expect(read(GOOD, '--part', 'postgres-gateway')).toMatchObject({
      ok: true,
      value: { part: 'postgres-gateway' },
    });
    expect(read(GOOD, '--part', 'edge')).toMatchObject({ ok: false });
    expect(read(GOOD, 'stray')).toMatchObject({ ok: false });
  });
});
