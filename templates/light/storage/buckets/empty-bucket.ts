import { selectBucket } from '../database/buckets.ts';
import { deletePage } from '../database/objects.ts';
import { fail, succeed } from '../failures.ts';
import { discard } from '../removal/discard.ts';
import type { Handler } from '../storage-request.ts';

/**
 * Removes what the caller may remove of a bucket, and says so if something is left that they can see. storage-api
 * puts it into a queue and answers with the same message.
 */
export const emptyBucket: Handler = async (storage, { scope, bucket }) => {
  const { database } = storage;
  const found = await database.transaction(scope, (sql) => selectBucket(sql, bucket));
  if (!found.ok) return found;
  const before = new Date();
  let left = 0;
  let after: string | undefined = '';
  while (after !== undefined) {
    const from: string = after;
    const page = await database.transaction(scope, (sql) => deletePage(sql, bucket, { before, after: from }));
    if (!page.ok) return page;
    await discard(storage, page.value.deleted);
    left += page.value.left;
    after = page.value.last;
  }
  if (left > 0)
    return fail(
      'AccessDenied',
      `Cannot delete ${left} objects, you may have SELECT but not DELETE permissions`,
    );
  return succeed(
    Response.json({ message: 'Empty bucket has been queued. Completion may take up to an hour.' }),
  );
};
