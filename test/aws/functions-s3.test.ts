import { randomBytes, randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealSecrets } from '../../functions/core/functions/sealed-secrets.ts';
import { serviceKey } from '../../functions/core/functions/service-key.ts';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { S3FunctionFiles } from '../../functions/drivers/aws/function-files.ts';
import { callers, masterUser } from '../database/callers.ts';
import { CELL } from '../fakes/aws-cell.ts';
import { type RunningProject, startProject } from '../light/running-project.ts';

const endpoint = process.env['MOTO_URL'];
if (endpoint === undefined)
  throw new Error('Run these tests with npm run test:aws, which starts the emulators.');
const region = 'eu-central-1';
const bucket = `functions-${randomUUID()}`;
const client = new S3Client({ endpoint, region, forcePathStyle: true });
const files = new S3FunctionFiles({ ...CELL, bucket }, client);

/** Longer than the services hold what S3 has told them. */
const PATIENCE = { timeout: 15_000 };

describe('the services of a project whose functions are in S3', () => {
  let project: RunningProject;
  const ref = projectRefSchema.parse('abcdefghijklmnopqrst');

  beforeAll(async () => {
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    const settings = {
      SERVICES: 'rest,auth,functions',
      FUNCTIONS_S3_BUCKET: bucket,
      FUNCTIONS_S3_PREFIX: `${ref}/~functions/`,
      FUNCTIONS_S3_REGION: region,
      FUNCTIONS_S3_ENDPOINT: endpoint,
    };
    const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
    project = await startProject(callers[0] ?? masterUser, settings, credentials);
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    client.destroy();
  });

  const call = () => fetch(`${project.url}/functions/v1/hello`);
  const text = async () => (await call()).text();

  async function deploy(version: number, status: 'ACTIVE' | 'THROTTLED' = 'ACTIVE') {
    const bundle = randomUUID();
    await files.put(ref, 'hello', bundle, [
      {
        path: 'a/index.ts',
        content: Buffer.from(
          `import { v } from '../lib/v.ts'; Deno.serve(() => new Response(v + (Deno.env.get('WORD') ?? '')));`,
        ),
      },
      { path: 'lib/v.ts', content: Buffer.from(`export const v = 'v${version}';`) },
    ]);
    await files.publish(ref, {
      slug: 'hello',
      version,
      status,
      verify_jwt: false,
      entrypoint_path: 'a/index.ts',
      import_map_path: null,
      bundle,
    });
    return bundle;
  }

  test('serve what is published, its next version, and nothing when it is retracted', async () => {
    expect((await call()).status).toBe(404);
    await deploy(1);
    await expect.poll(text, PATIENCE).toBe('v1');
    await deploy(2);
    await expect.poll(text, PATIENCE).toBe('v2');
    await files.retract(ref, 'hello');
    await expect.poll(async () => (await call()).status, PATIENCE).toBe(404);
  });

  test('take new secrets, and none that are another project’s', async () => {
    await deploy(3);
    const seal = (WORD: string, service_password = project.setting('POSTGRES_PASSWORD')) =>
      sealSecrets(ref, { function_secrets: { WORD }, service_password }, { bytes: (n) => randomBytes(n) });
    await files.publishSecrets(ref, seal(' once'));
    await expect.poll(text, PATIENCE).toBe('v3 once');
    await files.publishSecrets(ref, seal(' twice'));
    await expect.poll(text, PATIENCE).toBe('v3 twice');
    await files.publishSecrets(ref, seal(' never', 'another'));
    await expect.poll(async () => (await call()).status, PATIENCE).toBe(503);
    await files.publishSecrets(ref, seal(' thrice'));
    await expect.poll(text, PATIENCE).toBe('v3 thrice');
  });

  test('try a bundle before it is served', async () => {
    const secret = { service_password: project.setting('POSTGRES_PASSWORD') };
    const key = serviceKey(ref, secret, 'function trial').toString('hex');
    const trial = async (source: string) => {
      const bundle = randomUUID();
      await files.put(ref, 'tried', bundle, [{ path: 'index.ts', content: Buffer.from(source) }]);
      const candidate = new URLSearchParams({ slug: 'tried', bundle, entrypoint_path: 'index.ts' });
      const response = await fetch(`${project.url}/functions/v1/_internal/trial?${candidate.toString()}`, {
        headers: { 'x-trial-key': key },
      });
      return [response.status, await response.text()];
    };
    expect(await trial('Deno.serve(() => new Response())')).toEqual([200, '{"booted":true}']);
    expect(await trial(`throw new Error('the reason')`)).toEqual([
      422,
      expect.stringContaining('the reason'),
    ]);
  });
});
