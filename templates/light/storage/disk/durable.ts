import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bytes } from '../objects.port.ts';
import { unlessAbsent } from './absent.ts';

/** Sockets give 64 KiB at most; fewer, larger writes cost less. */
const WRITE_SIZE = 512 * 1024;

/** Writes a body at the end of a file, and answers with its size. What came before the body failed is written too. */
export async function writeAll(file: FileHandle, body: Bytes, hash?: Hash): Promise<number> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let total = 0;
  const flush = async () => {
    const chunks = waiting;
    waiting = [];
    size = 0;
    for (const chunk of chunks) hash?.update(chunk);
    if (chunks.length > 0) await writeFully(file, chunks);
  };
  try {
    for await (const chunk of body) {
      waiting.push(chunk);
      size += chunk.byteLength;
      total += chunk.byteLength;
      if (size >= WRITE_SIZE) await flush();
    }
  } finally {
    await flush();
  }
  return total;
}

async function writeFully(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const { bytesWritten } = await file.writev([...chunks]);
  // A short write means that the disk is nearly full; writing the rest tells.
  if (bytesWritten < total) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}

/** Moves a file that was written and synced to its place, where it stays even if the machine stops right after. */
export async function publish(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  const moved = await rename(from, to).then(() => true, unlessAbsent);
  if (moved === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(from, to);
    await syncFolder(dirname(folder));
  }
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}

export function etagOf(hash: Hash): string {
  return `"${hash.digest('hex')}"`;
}

export async function hashFile(path: string): Promise<Hash> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: WRITE_SIZE })) hash.update(chunk);
  return hash;
}
