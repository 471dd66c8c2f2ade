import { fail, type Outcome, succeed } from './failures.ts';

/** What storage-api allows: the characters S3 calls safe, and those it says may need special handling. */
const OBJECT_NAME = /^[\w/!\-.*'() &$@=;:+,?]+$/;
const BUCKET_NAME = /^[\w!\-.*'() &$@=;:+,?]{1,100}$/;

/** Suffixes S3 keeps for buckets of its own. */
const RESERVED_SUFFIX = /--(table-s3|x-s3|ol-s3)$/;

/** S3's limit of a whole key is 1,024 bytes; all allowed characters are one byte long. */
const LONGEST_OBJECT_NAME = 1024;

export function checkObjectName(name: string): Outcome<string> {
  const valid = name.length <= LONGEST_OBJECT_NAME && OBJECT_NAME.test(name);
  return valid ? succeed(name) : fail('InvalidKey', `Invalid key: ${name.slice(0, LONGEST_OBJECT_NAME)}`);
}

export function checkBucketName(name: string): Outcome<string> {
  return BUCKET_NAME.test(name) ? succeed(name) : fail('InvalidBucketName');
}

export function checkNewBucketName(name: string): Outcome<string> {
  const valid = BUCKET_NAME.test(name) && name.trim() === name && !RESERVED_SUFFIX.test(name);
  return valid ? succeed(name) : fail('InvalidBucketName');
}

/** How folders without files are kept: clients upload an empty file of this name. */
export function isFolderPlaceholder(name: string): boolean {
  return name.endsWith('.emptyFolderPlaceholder');
}
