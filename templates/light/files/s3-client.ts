import { S3Client } from '@aws-sdk/client-s3';
import type { FilePlace } from './place.ts';

export type S3Place = Extract<FilePlace, { kind: 's3' }>;

/** Credentials come from where the SDK finds them: on Fargate from the task's role. */
export function createS3Client({ region, endpoint }: S3Place): S3Client {
  return new S3Client({
    region,
    // Other S3s know neither host names per bucket nor the newer checksums.
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
  });
}

/** Turns "there is no such key or upload" into undefined. */
export function unlessMissing(error: unknown): undefined {
  const missing = ['NoSuchKey', 'NotFound', 'NoSuchUpload', 'NoSuchVersion'];
  if (error instanceof Error && missing.includes(error.name)) return undefined;
  throw error;
}
