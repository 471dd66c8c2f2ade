import type { JsonObject } from './json.ts';

/** Structured log lines. Fields hold no secret; a driver adds time and level. */
export interface Log {
  info(message: string, fields?: JsonObject): void;
  /** `cause` is kept with its stack. */
  error(message: string, cause: unknown, fields?: JsonObject): void;
}
