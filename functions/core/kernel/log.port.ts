import type { JsonObject } from './json.ts';

/** Structured log lines. Fields hold no secret; a driver adds time and level. */
export interface Log {
  info(message: string, fields?: JsonObject): void;
  /** `cause` is kept with its stack. */
  error(message: string, cause: unknown, fields?: JsonObject): void;
  /** Whatever is logged by `work`, and by what it begins, has these fields too: `request_id`, `execution_id`, `job`… */
  within<Done>(fields: JsonObject, work: () => Done): Done;
}
