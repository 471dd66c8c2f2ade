import { expect, test } from 'vitest';
import { locationOf } from './location.ts';

const external = 'https://ref.example.com';

test.each([
  [
    'https://ref.example.com/storage/v1/upload/resumable',
    'https://ref.example.com/storage/v1/upload/resumable/ID',
  ],
  // The edge ends TLS: what arrives here is http.
  [
    'http://ref.example.com/storage/v1/upload/resumable/',
    'https://ref.example.com/storage/v1/upload/resumable/ID',
  ],
  [
    'http://ref.example.com/storage/v1/upload/resumable/sign',
    'https://ref.example.com/storage/v1/upload/resumable/sign/ID',
  ],
])('%s has uploads at %s', (requested, expected) => {
  expect(locationOf(new URL(requested), external, 'ID')).toBe(expected);
});

test.each([
  'http://127.0.0.1:1234/storage/v1/upload/resumable',
  'http://127.0.0.1:1234/storage/v1/upload/resumable/',
  'http://127.0.0.1:1234/storage/v1/upload/resumable/sign',
])('from %s by another name they are found relative to it, whatever stands before it', (asked) => {
  const location = locationOf(new URL(asked), external, 'ID');
  const seen = asked.replace('/storage', '/p/ref/storage');
  expect(new URL(location, seen).href).toBe(`${seen.replace(/\/$/, '')}/ID`);
});
