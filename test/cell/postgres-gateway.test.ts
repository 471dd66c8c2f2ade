import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { cellOutputsSchema } from '../../infra/cell/outputs.ts';
import { GATEWAY_ALARMS } from '../../infra/cell/postgres-gateway/alarm-table.ts';
import { PARAMETERS } from '../../infra/cell/postgres-gateway/parameter-names.ts';
import { PostgresGatewayStack } from '../../infra/cell/postgres-gateway/stack.ts';
import type { CellSettings } from '../../infra/cell/settings.ts';
import { TEMPLATE_BYTES, cellTemplate } from '../../infra/cell/template.ts';
import { readGatewaySettings } from '../../infra/postgres-gateway/settings.ts';
import { PASSING, PRODUCTION } from './cells.ts';
import { acknowledged, findings, unexplained } from './nag.ts';

const directory = mkdtempSync(join(tmpdir(), 'baseplane-gateway-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const newApp = () => new App({ outdir: mkdtempSync(join(directory, 'out-')), analyticsReporting: false });
const build = (settings: CellSettings) => new PostgresGatewayStack(newApp(), 'gateway', settings);

const text = cellTemplate(PRODUCTION, 'postgres-gateway');
const json = JSON.parse(text);
const template = Template.fromJSON(json);
const passing = JSON.parse(cellTemplate(PASSING, 'postgres-gateway'));
const resources = (type: string) =>
  Object.values(template.findResources(type)).map((found) => found['Properties']);

describe('the template of a cell’s Postgres gateway', () => {
  test('is small enough to be passed by value, and asks for nothing but what a cell and the API tell', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(TEMPLATE_BYTES / 2);
    const told = Object.keys(json.Parameters);
    expect(told).toEqual(Object.keys(PARAMETERS));
    const outputs = Object.keys(cellOutputsSchema.shape);
    expect(told.filter((name) => !outputs.includes(name))).toEqual(['ApiArn']);
  });

  test.each([PRODUCTION, PASSING])(
    'AwsSolutions finds nothing that is not explained ($stage)',
    (settings) => {
      const stack = build(settings);
      expect(unexplained(stack)).toEqual([]);
      const file = join(directory, `${settings.stage}.json`);
      writeFileSync(file, cellTemplate(settings, 'postgres-gateway'));
      const explained = new Set(acknowledged(stack).map(({ id }) => id));
      expect([...explained].toSorted()).toEqual(findings(newApp(), file).toSorted());
    },
  );

  test('its tasks may ask the API about their own cell, and do nothing else', () => {
    const policies = resources('AWS::IAM::Policy').map(({ PolicyDocument }) => PolicyDocument.Statement);
    const [own] = policies.filter((statements) => JSON.stringify(statements).includes('execute-api'));
    expect(own).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: {
          'Fn::Join': ['', [{ Ref: 'ApiArn' }, `/*/POST/postgres/${PRODUCTION.cell}/*`]],
        },
      },
    ]);
    const granted = policies.flat().flatMap(({ Action }) => Action);
    expect(granted.filter((action) => /^(dynamodb|s3|rds|states):|\*/.test(action))).toEqual([]);
    for (const role of resources('AWS::IAM::Role')) expect(role.Path).toBe('/baseplane/');
  });

  test('the internet reaches its load balancer on Postgres’s port, and each part what it needs', () => {
    const open = resources('AWS::EC2::SecurityGroup').filter(({ SecurityGroupIngress }) =>
      JSON.stringify(SecurityGroupIngress ?? '').includes('0.0.0.0/0'),
    );
    expect(open).toMatchObject([{ SecurityGroupIngress: [{ FromPort: 5432, ToPort: 5432 }] }]);
    const name = (group: object) => /(Balancer|Tasks|Database|Endpoints)/.exec(JSON.stringify(group))?.[1];
    const ways = resources('AWS::EC2::SecurityGroupIngress').map(
      (way) => `${name(way.SourceSecurityGroupId)} → ${name(way.GroupId)}:${way.FromPort}`,
    );
    expect(ways.toSorted()).toEqual([
      'Balancer → Tasks:5432',
      'Tasks → Database:5432',
      'Tasks → Endpoints:443',
      'Tasks → Tasks:5433',
    ]);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Protocol: 'TCP',
      TargetGroupAttributes: Match.arrayWith([{ Key: 'preserve_client_ip.enabled', Value: 'true' }]),
    });
    expect(JSON.stringify(resources('AWS::ECS::Service'))).toContain('"AssignPublicIp":"DISABLED"');
  });

  test('its container is told all that the program asks for, and its secret as a secret', () => {
    const [{ ContainerDefinitions }] = resources('AWS::ECS::TaskDefinition');
    const [container] = ContainerDefinitions;
    expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: 'node', StopTimeout: 120 });
    const plain = container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [
      Name,
      typeof Value === 'string' ? Value : 'eu-central-1',
    ]);
    expect(container.Secrets.map(({ Name }: { Name: string }) => Name)).toEqual(['BASEPLANE_GATEWAY_SEED']);
    const env = {
      ...Object.fromEntries(plain),
      BASEPLANE_GATEWAY_SEED: 'x'.repeat(64),
      // Of the image, and of ECS.
      BASEPLANE_DATABASE_AUTHORITIES: '/srv/global-bundle.pem',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
    };
    expect(readGatewaySettings(env)).toMatchObject({
      ok: true,
      value: { network: '10.20.', domain: `pg.${PRODUCTION.cell}.${PRODUCTION.rootDomain}`, port: 5432 },
    });
    expect(JSON.stringify(container.Image)).toMatch(/baseplane\/postgres-gateway:\d+\.\d+\.\d+"/);
  });

  test('production keeps the authority that clients trust, and any other stage goes whole', () => {
    const kept = (of: typeof json) =>
      Object.values<{ DeletionPolicy?: string; Type: string }>(of.Resources)
        .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
        .map(({ Type }) => Type);
    expect(kept(json)).toEqual(['AWS::SecretsManager::Secret']);
    expect(kept(passing)).toEqual([]);
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 2 });
  });

  test('is found by a name of the cell’s, and by one for each project', () => {
    const domain = `pg.${PRODUCTION.cell}.${PRODUCTION.rootDomain}.`;
    expect(resources('AWS::Route53::RecordSet').map(({ Name }) => Name)).toEqual([domain, `*.${domain}`]);
  });

  test('each alarm has a place in the runbook, and tells the cell’s topic', () => {
    for (const row of GATEWAY_ALARMS) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `baseplane-${PRODUCTION.cell}-${row.name}`,
        AlarmDescription: Match.stringLikeRegexp(`docs/runbook\\.md#${row.name}$`),
        AlarmActions: [{ Ref: 'AlarmTopicArn' }],
      });
    }
    template.resourceCountIs('AWS::CloudWatch::Alarm', GATEWAY_ALARMS.length);
  });
});
