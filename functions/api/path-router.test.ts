import { describe, expect, it } from 'vitest';
import { PathRouter } from './path-router.ts';

const ROUTER = new PathRouter<string>();
for (const path of [
  '/a',
  '/a/{x}',
  '/a/word',
  '/a/{x}/b',
  '/a/word/c',
  '/a/{x}/b/{y}',
  '/{z}/b/c',
  '/{z}/{y}/d',
])
  ROUTER.add(path, path);

describe('the router', () => {
  it.each([
    ['/a', '/a', {}],
    ['/a/1', '/a/{x}', { x: '1' }],
    ['/a/word', '/a/word', {}],
    ['/a/word/b', '/a/{x}/b', { x: 'word' }],
    ['/a/word/c', '/a/word/c', {}],
    ['/a/1/b/2', '/a/{x}/b/{y}', { x: '1', y: '2' }],
    ['/a/b/c', '/{z}/b/c', { z: 'a' }],
    ['/q/b/c', '/{z}/b/c', { z: 'q' }],
    ['/a/b/d', '/{z}/{y}/d', { z: 'a', y: 'b' }],
    ['/%61/w%6Frd', '/a/word', {}],
    ['/a/b%2Fc%20d', '/a/{x}', { x: 'b/c d' }],
    ['/a/%E2%82', '/a/{x}', { x: '%E2%82' }],
  ])('takes %s for %s', (path, value, parameters) => {
    expect(ROUTER.match(path)).toEqual({ value, parameters });
  });

  it.each(['/', '/a/', '/b', '/a/1/b/', '/a//b', '/a/1/b/2/3', '', 'a', 'http://a/a', '*', '/__proto__'])(
    'takes %j for nothing',
    (path) => {
      expect(ROUTER.match(path)).toBeUndefined();
    },
  );
});
