import type { Sql } from './storage-database.ts';

/** Texts as an array of Postgres. Sent as JSON, since the client learns how to write arrays only after it has connected. */
export function listOf(sql: Sql, texts: readonly string[]) {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb))`;
}
