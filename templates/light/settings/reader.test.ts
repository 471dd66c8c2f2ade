import { describe, expect, test } from 'vitest';
import { SettingReader } from './reader.ts';

describe('reading settings', () => {
  test('takes what is there, from an environment or from JSON', () => {
    const settings = new SettingReader({ A: 'text', B: 5433, C: true, D: ' x, ,y ', E: 'https://a.test/p/' });
    expect(settings.text('A')).toBe('text');
    expect(settings.integer('B', 5432, { min: 1, max: 65_535 })).toBe(5433);
    expect(settings.flag('C', false)).toBe(true);
    expect(settings.list('D', [])).toEqual(['x', 'y']);
    expect(settings.url('E')).toBe('https://a.test/p');
    expect(settings.problems).toEqual([]);
  });

  test('falls back where nothing or an empty text is given', () => {
    const settings = new SettingReader({ A: '', B: null });
    expect(settings.optionalText('A')).toBeUndefined();
    expect(settings.text('B', 'fallback')).toBe('fallback');
    expect(settings.integer('C', 7, { min: 1, max: 9 })).toBe(7);
    expect(settings.choices('D', ['x', 'y'], ['y'])).toEqual(new Set(['y']));
    expect(settings.problems).toEqual([]);
  });

  test('collects every problem, and quotes no value', () => {
    const settings = new SettingReader({
      A: { secret: 'value' },
      B: 'value',
      C: 'value',
      D: 'ftp://value',
      E: 'value',
      F: 'x,value',
    });
    settings.text('MISSING');
    settings.text('A', 'fallback');
    settings.secret('B', 32);
    settings.integer('C', 1, { min: 0, max: 9 });
    settings.url('D');
    settings.flag('E', true);
    settings.choices('F', ['x', 'y'], []);
    expect(settings.problems.map((problem) => problem.split(' ')[0])).toEqual([
      'MISSING',
      'A',
      'B',
      'C',
      'D',
      'E',
      'F',
    ]);
    expect(settings.problems.join()).not.toContain('value');
  });
});
