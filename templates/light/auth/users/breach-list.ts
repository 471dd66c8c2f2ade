import { readFile } from 'node:fs/promises';

/** Passwords that are known to everybody, one a line; there is no network to ask about others. */
export async function readBreachList(file: string | undefined): Promise<ReadonlySet<string>> {
  if (file === undefined) return new Set();
  const text = await readFile(file, 'utf8');
  return new Set(text.split(/\r?\n/).map((line) => line.trim().toLowerCase()));
}
