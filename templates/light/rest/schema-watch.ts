import type { PostgresConnection } from '@supabase/lite/postgres';
import { describeError, type Log } from '../server/log.ts';
import type { SchemaCache } from './schema-cache.ts';

/** PostgREST's channel; its payloads are `reload schema`, `reload config`, or none for both. */
const CHANNEL = 'pgrst';

/** Reads the schema again when the database says that it changed, and after every loss of the connection. */
export function watchSchema(
  database: PostgresConnection,
  cache: SchemaCache,
  log: Log,
): { close(): Promise<void> } {
  const reload = () => {
    cache.reload().catch((error: unknown) => log('warn', 'schema not read', describeError(error)));
  };
  const listening = database.driver.listen(CHANNEL, reload, reload).catch((error: unknown) => {
    log('error', 'not listening for schema changes', describeError(error));
    return undefined;
  });
  return {
    async close() {
      await (await listening)?.unlisten();
    },
  };
}
