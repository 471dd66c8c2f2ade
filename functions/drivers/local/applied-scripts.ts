import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file.ts';
import type { DatabaseScript } from './database-scripts.ts';
import { unlessAbsent } from './failures.ts';

const recordSchema = z.record(z.string(), z.string());

/** The scripts that are not noted in the folder as applied in their present form. */
export async function pendingScripts(
  folder: string,
  scripts: readonly DatabaseScript[],
): Promise<readonly DatabaseScript[]> {
  const applied = await readRecord(folder);
  return scripts.filter(({ name, sha256 }) => applied[name] !== sha256);
}

/** Noted after they ran: a crash between runs them once more, which they are made for. */
export async function noteApplied(folder: string, scripts: readonly DatabaseScript[]): Promise<void> {
  const applied = await readRecord(folder);
  for (const { name, sha256 } of scripts) applied[name] = sha256;
  await writeFileAtomic(join(folder, 'applied.json'), JSON.stringify(applied));
}

async function readRecord(folder: string): Promise<Record<string, string>> {
  const text = await unlessAbsent(readFile(join(folder, 'applied.json'), 'utf8'));
  return text === undefined ? {} : recordSchema.parse(JSON.parse(text));
}
