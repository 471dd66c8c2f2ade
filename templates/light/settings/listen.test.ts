import { expect, test } from 'vitest';
import { formatListen, parseListen } from './listen.ts';

test.each([
  ['0.0.0.0:8000', { kind: 'tcp', host: '0.0.0.0', port: 8000 }],
  ['localhost:0', { kind: 'tcp', host: 'localhost', port: 0 }],
  ['[::1]:54321', { kind: 'tcp', host: '::1', port: 54_321 }],
  ['unix:/run/light.sock', { kind: 'unix', path: '/run/light.sock' }],
])('%s is read, and written as it was', (text, listen) => {
  const parsed = parseListen(text);
  expect(parsed).toEqual(listen);
  expect(parsed && formatListen(parsed)).toBe(text);
});

test.each(['8000', 'host:', ':80', 'host:65536', 'unix:relative.sock', '::1:80', 'host:80:90', ''])(
  '%s is refused',
  (text) => {
    expect(parseListen(text)).toBeUndefined();
  },
);
