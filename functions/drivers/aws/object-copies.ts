import { CopyObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { functionPrefix, objectPrefix } from './names.ts';

interface Parts {
  readonly cell: AwsCell;
  readonly s3: S3Client;
}

/** S3 itself copies, in some hundredths of a second. 8 pages of 1,000 objects, 25 at once: half a minute. */
const PAGES = 8;
const AT_ONCE = 25;

/**
 * Copies the objects of one project's prefix to another's, but for its functions. False: there may be more. Keys are
 * listed in their order on both sides, so that what has been copied is seen by the pages alone.
 */
export async function copyObjects(from: ProjectRef, to: ProjectRef, { cell, s3 }: Parts): Promise<boolean> {
  const list = async (ref: ProjectRef, after: string | undefined) => {
    const Prefix = objectPrefix(ref);
    const { Contents = [], IsTruncated } = await s3.send(
      new ListObjectsV2Command({
        Bucket: cell.bucket,
        Prefix,
        ...(after === undefined ? {} : { StartAfter: Prefix + after }),
      }),
    );
    const names = Contents.flatMap(({ Key }) => Key?.slice(Prefix.length) ?? []);
    return { names, more: IsTruncated === true };
  };
  const functions = functionPrefix(from).slice(objectPrefix(from).length);
  let after: string | undefined;
  let copied = 0;
  for (;;) {
    const [source, target] = await Promise.all([list(from, after), list(to, after)]);
    const there = new Set(target.names);
    const missing = source.names.filter((name) => !name.startsWith(functions) && !there.has(name));
    const next = missing.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const name of next) await copy(name);
      }),
    );
    if (!source.more) return true;
    after = source.names.at(-1);
    if (missing.length > 0) copied += 1;
    if (copied === PAGES) return false;
  }

  /** One that was deleted since it was listed is none that the copy has to have. */
  async function copy(name: string): Promise<void> {
    const source = `${cell.bucket}/${objectPrefix(from)}${name}`;
    const CopySource = source.split('/').map(encodeURIComponent).join('/');
    const command = new CopyObjectCommand({
      Bucket: cell.bucket,
      Key: objectPrefix(to) + name,
      CopySource,
    });
    await expecting(s3.send(command), 'NoSuchKey');
  }
}
