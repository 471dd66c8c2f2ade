import { describe, expect, it } from 'vitest';
import { PathRouter } from './path-router.ts';

function routerOf(...paths: readonly string[]): PathRouter<string> {
  const router = new PathRouter<string>();
  for (const path of paths) router.add('ALL', path, path);
  return router;
}

const ROUTER = routerOf('/a', '/a/:x', '/a/word', '/a/:x/b', '/a/word/c', '/a/:x/b/:y', '/:z/b/c');

describe('the router', () => {
  it.each([
    ['/a', '/a', {}],
    ['/a/1', '/a/:x', { x: '1' }],
    ['/a/word', '/a/word', {}],
    ['/a/word/b', '/a/:x/b', { x: 'word' }],
    ['/a/word/c', '/a/word/c', {}],
    ['/a/1/b/2', '/a/:x/b/:y', { x: '1', y: '2' }],
    ['/a/b/c', '/:z/b/c', { z: 'a' }],
    ['/q/b/c', '/:z/b/c', { z: 'q' }],
  ])('takes %s for %s', (path, handler, parameters) => {
    expect(ROUTER.match('GET', path)).toEqual([[[handler, parameters]]]);
  });

  it.each(['/', '/a/', '/b', '/a/1/b/', '/a//b', '/a/1/b/2/3', '', '/__proto__'])(
    'takes %j for nothing',
    (path) => {
      expect(ROUTER.match('GET', path)).toEqual([[]]);
    },
  );

  it('prefers the handler of a method to that of all', () => {
    const router = routerOf('/a');
    router.add('GET', '/a', 'read');
    expect(router.match('GET', '/a')).toEqual([[['read', {}]]]);
    expect(router.match('POST', '/a')).toEqual([[['/a', {}]]]);
  });
});
