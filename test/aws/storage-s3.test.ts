import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { S3Files } from '../../templates/light/storage/s3/s3-files.ts';
import { addressOf, HEADERS, pieces, versionsOf } from '../light/storage-files-fixture.ts';
import { filesContract } from '../light/storage-files.contract.ts';

const endpoint = process.env['MOTO_URL'];
if (endpoint === undefined)
  throw new Error('Run these tests with npm run test:aws, which starts the emulators.');
const region = 'eu-central-1';
const client = new S3Client({ endpoint, region, forcePathStyle: true });
afterAll(() => client.destroy());

async function makeBucket(): Promise<string> {
  const Bucket = `storage-${randomUUID()}`;
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  return Bucket;
}

const at = (bucket: string, prefix: string) => new S3Files({ kind: 's3', bucket, prefix, region, endpoint });

filesContract('S3', async () => at(await makeBucket(), 'project/'));

describe('files in S3', () => {
  test('are where storage-api looks for them', async () => {
    const bucket = await makeBucket();
    const address = addressOf('folder/file name.txt', 'docs');
    await at(bucket, 'ref/').put(address, pieces(Buffer.from('x')), HEADERS);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual([`ref/docs/folder/file name.txt/${address.version}`]);
  });

  test('of two projects in one bucket do not meet', async () => {
    const bucket = await makeBucket();
    const [one, two] = [at(bucket, 'one/'), at(bucket, 'two/')];
    const address = addressOf();
    await one.put(address, pieces(Buffer.from('x')), HEADERS);
    await one.uploads.begin(addressOf(), HEADERS, 'note');
    expect(await two.get(address)).toBeUndefined();
    expect(await versionsOf(two)).toEqual([]);
    await two.remove([address]);
    await two.discardPartial(new Date(Date.now() + 3_600_000));
    expect(await two.uploads.begunBefore(new Date(Date.now() + 3_600_000))).toEqual([]);
    expect(await versionsOf(one)).toEqual([address.version]);
  });
});
