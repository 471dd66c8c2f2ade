import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../templates/catalogue.ts';
import light from '../../../templates/light/package.json' with { type: 'json' };
import { changesSince, isOlder, upgradeObstacle } from './template-version.ts';
import { findTemplate } from './template.ts';

const FOUND = findTemplate(CATALOGUE, 'light');
if (FOUND === undefined) throw new Error('there is no template light');
const CHANGES = [
  { version: '1.10.0', change: 'Three.' },
  { version: '1.9.1', change: 'Two.' },
  { version: '1.9.0', change: 'One.' },
];
const LIGHT = { ...FOUND, version: '1.10.0', changes: CHANGES };
const HERE = { standard: 'light', templates: [LIGHT] };

describe('the version of a template', () => {
  it.each([
    ['1.9.0', '1.10.0', true],
    ['1.10.0', '1.9.0', false],
    ['1.9.0', '1.9.1', true],
    ['1.9.9', '2.0.0', true],
    ['2.0.0', '1.9.9', false],
    ['1.10.0', '1.10.0', false],
  ])('%s is older than %s: %s', (version, than, older) => {
    expect(isOlder(version, than)).toBe(older);
  });

  it.each([
    ['light', '1.9.0', null],
    ['light', '1.10.0', 'It is the newest version of its template.'],
    [
      'light',
      '2.0.0',
      'The project has version 2.0.0 of the template "light", and the newest that is here is 1.10.0.',
    ],
    ['heavy', '1.9.0', 'The template "heavy" is not offered any more.'],
  ])('of %s at %s: what is in the way of an upgrade', (template, template_version, obstacle) => {
    expect(upgradeObstacle({ template, template_version }, HERE)).toBe(obstacle);
  });

  it.each([
    ['1.8.0', ['Three.', 'Two.', 'One.']],
    ['1.9.0', ['Three.', 'Two.']],
    ['1.10.0', []],
  ])('tells what is new since %s', (version, told) => {
    expect(changesSince(version, LIGHT).map(({ change }) => change)).toEqual(told);
  });
});

describe('every template of the catalogue', () => {
  it.each(CATALOGUE.templates)('$name has a version, and says what is new in it', ({ version, changes }) => {
    expect(version).toMatch(/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/);
    expect(changes[0]?.version).toBe(version);
    for (const [at, change] of changes.entries()) {
      expect(change.change).toMatch(/^[A-Z].*\.$/);
      const before = changes[at + 1];
      if (before !== undefined) expect(isOlder(before.version, change.version)).toBe(true);
    }
  });

  it('of the light image is tagged with its version', () => {
    expect(FOUND.version).toBe(light.version);
  });
});
