import { type FileHandle, open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { offerWriter } from '../../server/direct-body.ts';
import type { ByteRange } from '../objects.port.ts';
import { unlessAbsent } from './absent.ts';

const READ_SIZE = 256 * 1024;

/** Enough for as many downloads at once as are read and written at the same moment. */
const MOST_IDLE_BUFFERS = 8;
const idleBuffers: Buffer[] = [];

/** Reads a file as the reader asks for more; it is closed at its end or when the reader loses interest. */
export async function openStream(
  path: string,
  range: ByteRange = { first: 0, last: Number.MAX_SAFE_INTEGER },
): Promise<ReadableStream<Uint8Array> | undefined> {
  const file = await open(path).catch(unlessAbsent);
  if (file === undefined) return undefined;
  const stream = streamOf(file, range);
  offerWriter(stream, (outgoing) => writeTo(outgoing, file, range));
  return stream;
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

/**
 * Sends the file through buffers that are used again once the socket has taken what is in them. New ones for every
 * chunk would make V8 collect garbage, and go through the whole heap, every 64 MB that are sent.
 */
async function writeTo(
  outgoing: ServerResponse,
  file: FileHandle,
  { first, last }: ByteRange,
): Promise<void> {
  const closed = new Promise<'closed'>((resolve) => outgoing.once('close', () => resolve('closed')));
  const buffer = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
  try {
    let position = first;
    while (position <= last && !outgoing.destroyed) {
      const size = Math.min(READ_SIZE, last - position + 1);
      const { bytesRead } = await file.read(buffer, 0, size, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const written = new Promise<'written' | 'closed'>((resolve) => {
        outgoing.write(buffer.subarray(0, bytesRead), (error) => resolve(error ? 'closed' : 'written'));
      });
      // Of a connection that broke nobody knows when it lets go of the buffer, so it is left to it.
      if ((await Promise.race([written, closed])) === 'closed') return;
    }
    if (idleBuffers.length < MOST_IDLE_BUFFERS) idleBuffers.push(buffer);
  } finally {
    await file.close();
  }
}
