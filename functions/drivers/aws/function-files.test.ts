import { expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { S3FunctionFiles } from './function-files.ts';

const { ref } = newStack();
const Bucket = CELL.bucket;
const prefix = `${ref}/~functions`;

it('writes a bundle as one object and what is served as another, where the project’s role may read', async () => {
  const aws = scriptedAws({});
  const files = new S3FunctionFiles(CELL, aws.clients.s3);
  await files.put(ref, 'hello', 'b1', [{ path: 'index.ts', content: Buffer.from('serve()') }]);
  const published = {
    slug: 'hello',
    version: 3,
    status: 'ACTIVE' as const,
    verify_jwt: true,
    entrypoint_path: 'index.ts',
    import_map_path: null,
    bundle: 'b1',
  };
  await files.publish(ref, published);
  await files.publishSecrets(ref, Buffer.from('sealed'));
  expect(aws.inputs('S3 PutObject')).toEqual([
    {
      Bucket,
      Key: `${prefix}/hello/b1.json`,
      Body: JSON.stringify({ files: { 'index.ts': btoa('serve()') } }),
    },
    { Bucket, Key: `${prefix}/hello/function.json`, Body: JSON.stringify(published) },
    { Bucket, Key: `${prefix}/.secrets`, Body: Buffer.from('sealed') },
  ]);
});

it('deletes what is served first, and bundles by their ids', async () => {
  const aws = scriptedAws({});
  const files = new S3FunctionFiles(CELL, aws.clients.s3);
  await files.retract(ref, 'hello');
  await files.drop(ref, 'hello', ['b1', 'b2']);
  expect(aws.inputs('S3 DeleteObject')).toEqual([
    { Bucket, Key: `${prefix}/hello/function.json` },
    { Bucket, Key: `${prefix}/hello/b1.json` },
    { Bucket, Key: `${prefix}/hello/b2.json` },
  ]);
});
