import { expect, test } from 'vitest';
import { afterPrefix } from './prefix.ts';

test.for([
  ['a', 'b'],
  ['ab', 'ac'],
  ['a\u007f', 'a\u0080'],
  ['\ud7ff', '\ue000'],
  ['\uffff', '\u{10000}'],
  ['a\u{10ffff}', 'b'],
  ['a\u{10ffff}\u{10ffff}', 'b'],
  ['\u{10ffff}', undefined],
  ['', undefined],
])('after every text that starts with %j comes %j', ([prefix = '', after]) => {
  expect(afterPrefix(prefix)).toBe(after);
});
