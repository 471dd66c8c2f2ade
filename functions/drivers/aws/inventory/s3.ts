import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type ProjectRef, projectRefSchema } from '../../../core/kernel/ids.ts';
import type { AwsCell } from '../cell.ts';
import { objectPrefix } from '../names.ts';
import type { Source } from './source.ts';

/** Objects under a project's prefix, every version of them, and uploads that were never finished. */
export function ofS3({ bucket: Bucket }: AwsCell, client: S3Client): Source {
  return {
    async list(ref) {
      const Prefix = objectPrefix(ref);
      const [versions, uploads] = await Promise.all([
        client.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys: 1 })),
        client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, MaxUploads: 1 })),
      ]);
      const objects = [...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])];
      const parts = uploads.Uploads ?? [];
      return [
        ...objects.map(({ Key, VersionId }) => ({
          kind: 's3:object',
          name: `${Bucket}/${Key}?${VersionId}`,
        })),
        ...parts.map(({ Key, UploadId }) => ({ kind: 's3:upload', name: `${Bucket}/${Key}?${UploadId}` })),
      ];
    },
    async refs() {
      const found: ProjectRef[] = [];
      let page: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined =
        {};
      while (page !== undefined) {
        const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        const position = { KeyMarker, VersionIdMarker };
        const answer: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket, Delimiter: '/', ...position }),
        );
        found.push(...(answer.CommonPrefixes ?? []).flatMap(({ Prefix }) => refOfPrefix(Prefix) ?? []));
        page = answer.IsTruncated === true ? answer : undefined;
      }
      return found;
    },
  };
}

const refOfPrefix = (prefix = '') => projectRefSchema.safeParse(prefix.slice(0, -1)).data;
