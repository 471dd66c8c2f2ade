import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { type LogEntry, type LogRange, type Logs, MAX_LOG_ENTRIES } from '../../core/project/logs.port.ts';
import type { Clusters } from './clusters.ts';
import { unlessAbsent } from './failures.ts';

const line = z.looseObject({
  time: z.string(),
  source: z.string(),
  message: z.string(),
  level: z.string().default('info'),
});

const plain = z.union([z.string(), z.number(), z.boolean()]);

/** Reads the files that the supervisor writes. */
export class LocalLogs implements Logs {
  readonly #clusters: Clusters;

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
  }

  async read(ref: ProjectRef, { from, to }: LogRange): Promise<readonly LogEntry[]> {
    const cluster = await this.#clusters.ofProject(ref);
    if (cluster === undefined) return [];
    const [first, end] = [from.toISOString(), to.toISOString()];
    const names = (await unlessAbsent(readdir(cluster.logs))) ?? [];
    const files = await Promise.all(
      names.map((name) => unlessAbsent(readFile(join(cluster.logs, name), 'utf8'))),
    );
    return files
      .flatMap((text) => (text ?? '').split('\n').flatMap(entryOf))
      .filter(({ time }) => time >= first && time < end)
      .toSorted((a, b) => (a.time < b.time ? -1 : 1))
      .slice(-MAX_LOG_ENTRIES);
  }
}

/** None for a line that is not whole: the last one may be being written. */
function entryOf(text: string): readonly LogEntry[] {
  if (!text.endsWith('}')) return [];
  const parsed = line.safeParse(JSON.parse(text));
  if (!parsed.success) return [];
  const { time, source, message, level, ...more } = parsed.data;
  const fields = Object.fromEntries(
    Object.entries(more).flatMap(([key, value]) => {
      const simple = plain.safeParse(value);
      return simple.success ? [[key, simple.data]] : [];
    }),
  );
  return [{ time, source, message, level, fields }];
}
