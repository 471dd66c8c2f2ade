import { randomUUID } from 'node:crypto';
import type {
  ByteRange,
  Bytes,
  FileAddress,
  ObjectFiles,
} from '../../templates/light/storage/objects.port.ts';

/** Makes an empty place for files. */
export type MakeFiles = () => Promise<ObjectFiles>;

export const HEADERS = { contentType: 'text/plain', cacheControl: 'no-cache' };
export const MEGABYTE = 1024 * 1024;

export function addressOf(name = 'file', bucket = 'bucket'): FileAddress {
  return { bucket, name, version: randomUUID() };
}

export async function* pieces(content: Uint8Array, size = 64 * 1024): Bytes {
  for (let start = 0; start < content.byteLength; start += size) yield content.subarray(start, start + size);
}

/** A body that gives so much and then breaks. */
export async function* broken(content: Uint8Array, error: Error): Bytes {
  yield* pieces(content);
  throw error;
}

export async function read(
  files: ObjectFiles,
  address: FileAddress,
  range?: ByteRange,
): Promise<Buffer | undefined> {
  const stream = await files.get(address, range);
  return stream === undefined ? undefined : Buffer.from(await new Response(stream).arrayBuffer());
}

export async function versionsOf(files: ObjectFiles): Promise<string[]> {
  const versions: string[] = [];
  for await (const { version } of files.list()) versions.push(version);
  return versions.toSorted();
}
