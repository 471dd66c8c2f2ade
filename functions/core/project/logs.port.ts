import type { ProjectRef } from '../kernel/ids.ts';

/** A line that something of a project has printed. */
export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** What printed it: `postgres`, `light`, or the container's name. */
  readonly source: string;
  readonly level: string;
  readonly message: string;
  /** What else the line says; empty where it was plain text. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export interface LogRange {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** As many entries as one question is answered from; of more, the newest. */
export const MAX_LOG_ENTRIES = 20_000;

export interface Logs {
  /** In the order of their times. @throws {TransientError} they cannot be read now */
  read(ref: ProjectRef, range: LogRange): Promise<readonly LogEntry[]>;
}
