import type { Bytes } from '../objects.port.ts';
import { BodyTooLarge, BrokenBody } from './body-error.ts';

/** A body as it comes, until it fails or gets too large: errors of the source are told apart from all others. */
export async function* boundedBody(source: AsyncIterable<unknown>, limit: number): Bytes {
  let size = 0;
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch(broken);
      if (next.done === true) return;
      const chunk = next.value;
      if (!(chunk instanceof Uint8Array)) throw new BrokenBody('The body is not made of bytes.');
      size += chunk.byteLength;
      if (size > limit) throw new BodyTooLarge();
      yield chunk;
    }
  } finally {
    await chunks.return?.().catch(() => undefined);
  }
}

function broken(cause: unknown): never {
  throw new BrokenBody('The body ended before its end.', { cause });
}
