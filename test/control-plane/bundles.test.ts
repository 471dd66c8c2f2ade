import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../../infra/control-plane/bundles/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/control-plane/plan/entries.ts';
import { GRANTS } from '../../infra/control-plane/plan/grants.ts';
import { coldStart } from './cold-start.ts';

const MAX_BYTES = 1_000_000;

const STATE = ['dynamodb'];
const TRANSITIONS = [...STATE, 'sfn'];
const PROJECTS = [
  ...TRANSITIONS,
  'cloudwatch-logs',
  'ecs',
  'rds',
  'rds-data',
  'secrets-manager',
  'servicediscovery',
];

/** The SDK clients that each function has use for. */
const CLIENTS: Readonly<Record<FunctionName, readonly string[]>> = {
  owner: STATE,
  wake: TRANSITIONS,
  reconcile: TRANSITIONS,
  api: PROJECTS,
  step: [...PROJECTS, 'iam', 'resource-groups-tagging-api', 'route-53', 's3', 'sesv2'],
};

/** How IAM calls the services, where it does not call them as the SDK does. */
const IN_IAM: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'resource-groups-tagging-api': 'tag',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
  sesv2: 'ses',
  sfn: 'states',
};

const work = mkdtempSync(join(tmpdir(), 'baseplane-bundles-'));
afterAll(() => rmSync(work, { recursive: true }));

describe.each(FUNCTION_NAMES)('the code of the function %s', (name) => {
  const folder = join(work, name);
  const made = bundle(name, folder);

  it('is under 1 MB, minified', async () => {
    expect((await made).bytes).toBeLessThan(MAX_BYTES);
  });

  it('has the SDK clients that it calls and no other', async () => {
    const { inputs } = await made;
    const clients = Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/@aws-sdk\/client-([a-z0-9-]+)\//.exec(file)?.[1] ?? []) : [],
    );
    expect([...new Set(clients)].toSorted()).toEqual(CLIENTS[name].toSorted());
  });

  it('has a client for every service that it is granted something of', () => {
    const services = CLIENTS[name].map((client) => IN_IAM[client] ?? client);
    const granted = GRANTS[name].flatMap(({ actions }) =>
      actions.map((action) => action.split(':')[0] ?? ''),
    );
    // KMS is called by Secrets Manager, on the function's behalf.
    const foreign = granted.filter((each) => each !== 'kms' && !services.includes(each));
    expect(foreign).toEqual([]);
  });

  it('comes up with the settings that it is given', async () => {
    await made;
    expect(await coldStart(folder)).toMatchObject({ handler: 'function' });
  });
});
