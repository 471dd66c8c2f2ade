import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange } from '../objects.port.ts';
import { unlessAbsent } from './absent.ts';

/** Measured: at 256 KiB a response costs the process no more than one that a bare Node server pipes. */
const READ_SIZE = 256 * 1024;

/** Reads a file as the reader asks for more; it is closed at its end or when the reader loses interest. */
export async function openStream(
  path: string,
  range: ByteRange = { first: 0, last: Number.MAX_SAFE_INTEGER },
): Promise<ReadableStream<Uint8Array> | undefined> {
  const file = await open(path).catch(unlessAbsent);
  return file === undefined ? undefined : streamOf(file, range);
}

function streamOf(file: FileHandle, { first, last }: ByteRange): ReadableStream<Uint8Array> {
  let position = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const size = Math.min(READ_SIZE, last - position + 1);
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(size), 0, size, position);
        position += bytesRead;
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
        if (bytesRead > 0 && position <= last) return;
        await file.close();
        controller.close();
      },
      cancel: () => file.close(),
    },
    // Nothing is read before somebody wants it.
    { highWaterMark: 0 },
  );
}
