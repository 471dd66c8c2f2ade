import { lockVersion, type NewObject, upsertObject } from '../database/objects.ts';
import type { ObjectRow } from '../database/rows.ts';
import { SERVICE } from '../database/storage-database.ts';
import { fail, type Outcome, succeed } from '../failures.ts';
import { discard } from '../removal/discard.ts';
import type { Storage } from '../storage.ts';

/**
 * Makes a file that is there visible as an object, in the place of what had its name. As service_role, like
 * storage-api: whether the caller may do it was asked before the file was read. If it cannot be, the file goes.
 */
export async function recordFile(
  storage: Storage,
  object: NewObject,
  { upsert, operation }: { upsert: boolean; operation: string },
): Promise<Outcome<ObjectRow>> {
  const recorded = await storage.database.transaction({ identity: SERVICE, operation }, async (sql) => {
    const replaced = await lockVersion(sql, object);
    if (replaced !== undefined && !upsert) return fail('KeyAlreadyExists');
    const row = await upsertObject(sql, object);
    return row.ok ? succeed({ row: row.value, replaced }) : row;
  });
  const { bucket: bucket_id, name, version } = object;
  if (!recorded.ok) {
    await discard(storage, [{ bucket_id, name, version }]);
    return recorded;
  }
  const { row, replaced } = recorded.value;
  if (replaced !== undefined) await discard(storage, [{ bucket_id, name, version: replaced }]);
  return succeed(row);
}
