import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pulumi from '../../.sst/platform/node_modules/@pulumi/pulumi/index.js';
import { cellOutputsSchema } from '../../infra/cell/outputs.ts';
import { startRpcServer } from './rpc-server.ts';

export const ACCOUNT = '123456789012';
export const HOME = 'eu-central-1';
const ZONE = 'example.com';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What SST makes global, in JavaScript. */
const SHIM = join(ROOT, '.sst/platform/src/shim/run.js');

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Every output of a cell's stack, under the text that tells where it came from. */
const OUTPUTS = Object.keys(cellOutputsSchema.shape);

const outputsOf = (stack: string) => ({
  ...Object.fromEntries(OUTPUTS.map((name) => [name, `${stack}-${name}`])),
  DatabasePort: '5432',
  DatabaseEngineVersion: '17.9',
});

/** What AWS would have said of a resource. */
function computed(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const called = typeof inputs['name'] === 'string' ? inputs['name'] : name;
  return {
    name: called,
    arn: `arn:aws:${type}:${called}`,
    ...(type === 'aws:cloudformation/stack:Stack' && { outputs: outputsOf(called) }),
    ...(type === 'aws:apigatewayv2/domainName:DomainName' && {
      domainNameConfiguration: {
        ...asObject(inputs['domainNameConfiguration']),
        targetDomainName: 'd',
        hostedZoneId: 'Z1',
      },
    }),
    ...(type === 'aws:apigatewayv2/api:Api' && {
      executionArn: 'arn:aws:execute-api',
      apiEndpoint: 'https://api',
    }),
    ...(type === 'aws:acm/certificate:Certificate' && {
      domainValidationOptions: [
        {
          domainName: called,
          resourceRecordName: `_a.${ZONE}`,
          resourceRecordType: 'CNAME',
          resourceRecordValue: '_b',
        },
      ],
    }),
    ...(type === 'random:index/randomBytes:RandomBytes' && { base64: 'a2V5', hex: '6b' }),
    ...(type === 'aws:lambda/function:Function' && { publish: false }),
    ...(type === 'aws:cognito/userPool:UserPool' && { endpoint: 'cognito.example/pool' }),
  };
}

/** What has something secret in it comes in a wrapping that says so. */
const plain = (inputs: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]): [string, unknown] => [
      name,
      pulumi.runtime.unwrapRpcSecret(value),
    ]),
  );

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function answer(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: ACCOUNT };
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws' };
    case 'aws:index/getRegion:getRegion':
      return { region: HOME };
    case 'aws:route53/getZone:getZone':
      return { ...inputs, name: ZONE };
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, json: JSON.stringify(inputs['statements']) };
    default:
      return { ...inputs };
  }
}

export interface Deployment {
  readonly made: readonly Made[];
  readonly outputs: unknown;
  readonly failure: unknown;
}

/** Runs the configuration as SST does, in an account that is not there, and tells what it would have made. */
export async function deployment(stage: string, env: Readonly<Record<string, string>>): Promise<Deployment> {
  const work = mkdtempSync(join(tmpdir(), 'baseplane-sst-'));
  await using server = await startRpcServer();
  process.env['SST_SERVER'] = server.url;
  const made: Made[] = [];
  const app = {
    name: 'baseplane',
    stage,
    removal: stage === 'production' ? 'retain' : 'remove',
    providers: {},
  };
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        made.push({ type, name, inputs: plain(inputs) });
        return { id: `${name}-id`, state: { ...inputs, ...computed(type, name, inputs) } };
      },
      call: ({ token, inputs }) => answer(token, inputs),
    },
    'baseplane',
    stage,
  );
  const paths = { root: ROOT, work, home: work, platform: join(ROOT, '.sst/platform') };
  Object.assign(globalThis, {
    $app: { ...app, protect: stage === 'production' },
    $dev: false,
    $cli: { command: 'deploy', rpc: server.url, paths, state: { version: {} } },
  });
  Object.assign(globalThis, await import(SHIM), {
    aws: await import('../../.sst/platform/node_modules/@pulumi/aws/index.js'),
    sst: await import('../../.sst/platform/src/components/index.ts'),
  });
  try {
    const { run } = await import('../../.sst/platform/src/auto/run.ts');
    const { deploy } = await import('../../infra/control-plane/main.ts');
    let failure: unknown;
    // Pulumi passes an error on to promises that nobody holds.
    const program = async () => {
      try {
        return deploy(env);
      } catch (error) {
        failure = error;
        return {};
      }
    };
    const outputs = await pulumi.runtime.runInPulumiStack(() => run(program));
    await pulumi.runtime.disconnect();
    return { made, outputs, failure };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
