import { expect, test } from 'vitest';
import { readBody } from './body.ts';

const request = (body: string | ReadableStream<Uint8Array> | null, headers: Record<string, string> = {}) =>
  new Request('http://project', { method: 'POST', body, headers, duplex: 'half' });

function chunked(...chunks: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

test('a body within the limit is read whole', async () => {
  const body = await readBody(request(chunked('ab', 'c', 'd')), 4);
  expect(body.ok && new TextDecoder().decode(body.bytes ?? undefined)).toBe('abcd');
  expect(await readBody(request(null), 0)).toEqual({ ok: true, bytes: null });
});

test('a larger one is refused, whatever length it declared', async () => {
  expect(await readBody(request(chunked('ab', 'cd', 'e')), 4)).toEqual({ ok: false });
  expect(await readBody(request('abcde', { 'content-length': '2' }), 4)).toEqual({ ok: false });
  expect(await readBody(request('a', { 'content-length': '5' }), 4)).toEqual({ ok: false });
});
