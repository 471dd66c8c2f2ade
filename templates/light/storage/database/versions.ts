import { type Outcome, succeed } from '../failures.ts';
import type { Sql } from '../../database/sql.ts';

/** Which of these versions an object has. No index knows versions, so ask for many at once. */
export async function selectKnownVersions(
  sql: Sql,
  versions: readonly string[],
): Promise<Outcome<ReadonlySet<string>>> {
  const rows = await sql<{ version: string }[]>`
    select version from storage.objects where version = any(${versions})`;
  return succeed(new Set(rows.map(({ version }) => version)));
}
