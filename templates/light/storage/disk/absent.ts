import { unlink } from 'node:fs/promises';

/** Turns "there is no such file" into undefined. */
export function unlessAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(unlessAbsent);
}
