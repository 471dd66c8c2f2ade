import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onlyWhatIsUsed } from '../../infra/control-plane/bundles/bundle.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Asks AWS for something in two protocols, and prints what comes back. */
const PROGRAM = `
  import { CloudFrontClient, GetDistributionTenantByDomainCommand } from '@aws-sdk/client-cloudfront';
  import { ECSClient, DescribeServicesCommand } from '@aws-sdk/client-ecs';
  const options = {
    region: 'us-east-1',
    endpoint: process.argv[2],
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const failure = (work) => work.then(() => 'none', (error) => error.name + ': ' + error.message);
  console.log(JSON.stringify([
    await failure(new CloudFrontClient(options).send(new GetDistributionTenantByDomainCommand({ Domain: 'a.b' }))),
    (await new ECSClient(options).send(new DescribeServicesCommand({ cluster: 'c', services: ['a'] }))).services[0].createdAt.getTime(),
  ]));
`;

const folder = mkdtempSync(join(tmpdir(), 'baseplane-schemas-'));
const outfile = join(folder, 'index.mjs');
const asked: string[] = [];
const server = createServer((request, response) => {
  request.setEncoding('utf8').on('data', (text: string) => asked.push(text));
  request.on('end', () => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'GET') {
      response.writeHead(404, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Code>EntityNotFound</Code><Message>none</Message></Error></ErrorResponse>',
      );
    } else {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"services":[{"createdAt":1.5}]}');
    }
  });
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await build({
    stdin: { contents: PROGRAM, resolveDir: ROOT },
    absWorkingDir: ROOT,
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [onlyWhatIsUsed],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it('leaves a client able to write its requests, and to read answers and errors', async () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { stdout } = await promisify(execFile)(process.execPath, [outfile, `http://127.0.0.1:${port}`]);
  expect(JSON.parse(stdout)).toEqual(['EntityNotFound: none', 1500]);
  expect(asked).toEqual([
    'GET /2020-05-31/distribution-tenant?domain=a.b',
    '{"services":["a"],"cluster":"c"}',
    'POST /',
  ]);
});
