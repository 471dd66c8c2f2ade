import { describeError } from '../../server/log.ts';
import type { FileAddress } from '../objects.port.ts';
import type { Storage } from '../storage.ts';

/** Takes away files that no row knows any more. If that fails now, the sweep does it later. */
export async function discard(
  { files, log }: Pick<Storage, 'files' | 'log'>,
  rows: readonly { bucket_id: string; name: string; version: string | null }[],
): Promise<void> {
  const addresses = rows.flatMap(({ bucket_id, name, version }): FileAddress[] =>
    version === null ? [] : [{ bucket: bucket_id, name, version }],
  );
  try {
    await files.remove(addresses);
  } catch (error) {
    log('warn', 'files not removed yet', { count: addresses.length, ...describeError(error) });
  }
}
