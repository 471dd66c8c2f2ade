import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { storage } from '../light/methods/storage.ts';
import { type Settings, startProject } from '../light/running-project.ts';
import { objectsContract } from '../light/storage-objects.contract.ts';
import { type StorageProject, withStorage } from '../light/storage-project.ts';
import { resumableContract } from '../light/storage-resumable.contract.ts';

const endpoint = process.env['MOTO_URL'];
if (endpoint === undefined)
  throw new Error('Run these tests with npm run test:aws, which starts the emulators.');
const region = 'eu-central-1';
const client = new S3Client({ endpoint, region, forcePathStyle: true });
afterAll(() => client.destroy());

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

/** A project with Storage in S3. */
async function start(extra: Settings): Promise<StorageProject> {
  const Bucket = `storage-${randomUUID()}`;
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  const settings = {
    SERVICES: 'rest,auth,storage',
    STORAGE_S3_BUCKET: Bucket,
    STORAGE_S3_PREFIX: 'ref',
    STORAGE_S3_REGION: region,
    STORAGE_S3_ENDPOINT: endpoint ?? '',
    ...extra,
  };
  return withStorage(await startProject(callers[0] ?? masterUser, settings, CREDENTIALS), async () => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  });
}

objectsContract('in S3', start);
resumableContract('in S3', start);

test('each method of storage-js does in S3 what it does on disk', async () => {
  const outcomes = await storage.tryAll(start);
  expect(outcomes.map(({ name }) => name)).toEqual(storage.names);
  expect(outcomes.filter(({ outcome }) => outcome !== 'works')).toEqual([]);
});
