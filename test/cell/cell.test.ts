import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { alarmsOf } from '../../infra/cell/alarm-table.ts';
import { CellStack } from '../../infra/cell/cell-stack.ts';
import { cellOutputsSchema } from '../../infra/cell/outputs.ts';
import { stagePolicy } from '../../infra/cell/settings.ts';
import type { CellSettings } from '../../infra/cell/settings.ts';
import { TEMPLATE_BYTES, cellTemplate } from '../../infra/cell/template.ts';
import { PASSING, PRODUCTION } from './cells.ts';
import { acknowledged, findings, unexplained } from './nag.ts';
import { isObject, nodes, statementsOf, templateOf } from './template-walk.ts';

const directory = mkdtempSync(join(tmpdir(), 'baseplane-cell-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const newApp = () => new App({ outdir: mkdtempSync(join(directory, 'out-')), analyticsReporting: false });
const build = (settings: CellSettings) => new CellStack(newApp(), 'cell', settings);

const text = cellTemplate(PRODUCTION);
const production = templateOf(text);
const passing = templateOf(cellTemplate(PASSING));
const template = Template.fromJSON(production);
const resources = (type: string) =>
  Object.values(template.findResources(type)).map((found) => found['Properties']);

describe('the template of a cell', () => {
  test('is small enough to be passed by value, with room for what is to come', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(TEMPLATE_BYTES - 2_000);
  });

  test('is for any account and region, and brings nothing along', () => {
    expect(Object.keys(production)).toEqual(['Description', 'Resources', 'Outputs']);
    const types = Object.values(production.Resources).map((resource) => resource.Type);
    expect(types.filter((type) => /^(Custom|AWS::CloudFormation|AWS::CDK|AWS::Lambda)/.test(type))).toEqual(
      [],
    );
    expect(JSON.stringify({ ...production, Description: '' })).not.toMatch(
      /\b\d{12}\b|eu-central-1(?!-primary)|cdk-/,
    );
  });

  test('tells the control plane all it needs, as text', () => {
    expect(Object.keys(production.Outputs).toSorted()).toEqual(
      Object.keys(cellOutputsSchema.shape).toSorted(),
    );
    for (const { Value } of Object.values(production.Outputs)) {
      expect(
        typeof Value === 'string' || ['Ref', 'Fn::GetAtt', 'Fn::Join'].includes(Object.keys(Value)[0] ?? ''),
      ).toBe(true);
    }
  });

  test('is what the script writes', () => {
    const out = join(directory, 'cell.json');
    const { stage, cell, region, rootDomain, hostedZoneId, wakeUrl, cidr } = PRODUCTION;
    const place = `--cell ${cell} --region ${region} --root-domain ${rootDomain} --cidr ${cidr} --default-cell`;
    const options = `${place} --hosted-zone-id ${hostedZoneId} --wake-url ${wakeUrl}`.split(' ');
    const run = (...more: string[]) =>
      execFileSync(process.execPath, ['infra/cell/synthesize.ts', ...options, ...more], { stdio: 'pipe' });
    expect(run('--stage', stage).toString()).toBe(text);
    expect(() => run('--out', out)).toThrow(/--stage is missing/);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});

describe('security', () => {
  test.each([PRODUCTION, PASSING])(
    'AwsSolutions finds nothing that is not explained ($stage)',
    (settings) => {
      const stack = build(settings);
      expect(unexplained(stack)).toEqual([]);
      for (const { reason } of acknowledged(stack)) expect(reason.length).toBeGreaterThan(20);
    },
  );

  test.each([
    [PRODUCTION, production],
    [PASSING, passing],
  ])('nothing is explained that AwsSolutions does not find', (settings, json) => {
    const file = join(directory, `${settings.stage}.json`);
    writeFileSync(file, JSON.stringify(json));
    const explained = new Set(acknowledged(build(settings)).map(({ id }) => id));
    expect([...explained].toSorted()).toEqual(findings(newApp(), file).toSorted());
  });

  test('no role may do everything of anything', () => {
    const statements = statementsOf(production);
    expect(statements.length).toBeGreaterThan(10);
    const broad = statements.filter(
      ({ Effect, actions }) => Effect === 'Allow' && actions.some((action) => action.includes('*')),
    );
    // The account's own IAM decides who may administer the key: without this it could never be changed again.
    expect(broad).toMatchObject([
      {
        actions: ['kms:*'],
        Principal: {
          AWS: {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'],
            ],
          },
        },
      },
    ]);
    for (const role of resources('AWS::IAM::Role')) {
      expect(role).toMatchObject({
        Path: '/baseplane/',
        AssumeRolePolicyDocument: {
          Statement: [{ Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }],
        },
      });
    }
    expect(JSON.stringify(production)).not.toContain('arn:aws:iam::aws:policy');
  });

  test('a project’s role reaches the objects under its own ref and nothing else, whatever it is granted', () => {
    const own = '${aws:PrincipalTag/baseplane:project}/*';
    const bucket = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ObjectsBucket'), 'Arn'] };
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Path: '/baseplane/',
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: Match.not(Match.arrayWith(['s3:ListBucket'])),
            Resource: { 'Fn::Join': ['', [bucket, `/${own}`]] },
          },
          {
            Effect: 'Allow',
            Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
            Resource: bucket,
            Condition: { StringLike: { 's3:prefix': own } },
          },
          {
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Condition: { StringEquals: { 'kms:ViaService': Match.anyValue() } },
          },
        ],
      },
    });
    const [boundary] = resources('AWS::IAM::ManagedPolicy');
    expect(boundary.PolicyDocument.Statement).toHaveLength(3);
  });

  test('the load balancer is all that the internet reaches', () => {
    const open = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).filter(([, group]) =>
      JSON.stringify(group['Properties'].SecurityGroupIngress ?? '').includes('0.0.0.0/0'),
    );
    expect(open.map(([id]) => id)).toEqual([expect.stringMatching(/^NetworkLoadBalancer/)]);
    expect(
      open[0]?.[1]['Properties'].SecurityGroupIngress.map((rule: { FromPort: number }) => rule.FromPort),
    ).toEqual([80, 443]);
    expect(resources('AWS::EC2::Subnet').filter((subnet) => subnet.MapPublicIpOnLaunch !== false)).toEqual(
      [],
    );
    expect(JSON.stringify(resources('AWS::ECS::Service'))).toContain('"AssignPublicIp":"DISABLED"');
    expect(nodes(production).filter((node) => isObject(node) && node['PubliclyAccessible'] === true)).toEqual(
      [],
    );
    expect(resources('AWS::ElasticLoadBalancingV2::LoadBalancer')).toMatchObject([
      { Scheme: 'internet-facing' },
    ]);
    expect(resources('AWS::S3::Bucket')).toMatchObject([
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    ]);
  });

  test('each part is reached by the part before it only', () => {
    const name = (group: { 'Fn::GetAtt': [string, string] }) =>
      /^Network(\w+?)[0-9A-F]{8}$/.exec(group['Fn::GetAtt'][0])?.[1];
    const ways = resources('AWS::EC2::SecurityGroupIngress').map(
      (way) => `${name(way.SourceSecurityGroupId)} → ${name(way.GroupId)}:${way.FromPort}`,
    );
    expect(ways.toSorted()).toEqual([
      'Edge → Endpoints:443',
      'Edge → Project:8000',
      'LoadBalancer → Edge:8080',
      'Project → Database:5432',
      'Project → Endpoints:443',
      'Project → Tools:8000',
    ]);
  });

  test('data is encrypted with the cell’s key, at rest and on the way', () => {
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ObjectsKey'), 'Arn'] };
    template.hasResourceProperties('AWS::RDS::DBCluster', {
      StorageEncrypted: true,
      KmsKeyId: key,
      ManageMasterUserPassword: true,
      MasterUserSecret: { KmsKeyId: key },
      EnableHttpEndpoint: true,
      EnableIAMDatabaseAuthentication: true,
    });
    template.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
      Parameters: Match.objectLike({ 'rds.force_ssl': '1', 'rds.logical_replication': '1' }),
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: Match.objectLike({ Protocol: 'HTTPS' }) }],
    });
  });
});

describe('the edge', () => {
  const [task] = resources('AWS::ECS::TaskDefinition');
  const [container] = task.ContainerDefinitions;
  const conf: string = container.Environment[0].Value;

  test('runs as nobody, on a root that it cannot write to', () => {
    expect(container).toMatchObject({
      User: '101',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] }, Tmpfs: [{ ContainerPath: '/run/edge' }] },
    });
    expect(JSON.stringify(container.Image)).toMatch(/nginx:\d+\.\d+\.\d+-alpine"/);
    expect(
      [...conf.matchAll(/^\s*(?:pid|\w+_temp_path) (\S+);/gm)]
        .map(([, path]) => path)
        .filter((path) => !path?.startsWith('/run/edge/')),
    ).toEqual([]);
  });

  test('knows the cell’s names, and trusts its network alone', () => {
    expect(conf).toContain('resolver 10.20.0.2 valid=5s');
    expect(conf).toContain('set $upstream $ref.eu-central-1-primary.internal;');
    expect(conf).toContain(`proxy_pass ${PRODUCTION.wakeUrl}/wake/$ref;`);
    expect(conf).toContain('set_real_ip_from 10.20.0.0/16;');
    expect(conf).toContain(
      String.raw`^(?<ref>[a-z]{20})\.projects\.a-rather-long-domain-name\.example\.com$`,
    );
  });

  test('gives up first, then the load balancer, so that neither writes to a closed connection', () => {
    const seconds = (directive: string) => Number(new RegExp(`${directive} (\\d+)s`).exec(conf)?.[1]);
    const attributes = new Map(
      resources('AWS::ElasticLoadBalancingV2::LoadBalancer')[0].LoadBalancerAttributes.map(
        (attribute: { Key: string; Value: string }) => [attribute.Key, attribute.Value],
      ),
    );
    const idle = Number(attributes.get('idle_timeout.timeout_seconds'));
    expect(seconds('proxy_read_timeout')).toBe(150);
    expect(idle).toBeGreaterThan(150);
    expect(seconds('keepalive_timeout')).toBeGreaterThan(idle);
    expect(seconds('worker_shutdown_timeout')).toBeLessThan(container.StopTimeout);
  });
});

describe('the stage', () => {
  test('production keeps what it deletes, any other is removed whole', () => {
    const kept = (json: typeof production) =>
      Object.values(json.Resources)
        .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
        .map(({ Type }) => Type);
    expect(kept(production)).toEqual(
      expect.arrayContaining([
        'AWS::RDS::DBCluster',
        'AWS::S3::Bucket',
        'AWS::KMS::Key',
        'AWS::Logs::LogGroup',
      ]),
    );
    expect(kept(passing)).toEqual([]);
    template.hasResourceProperties('AWS::RDS::DBCluster', {
      DeletionProtection: true,
      BackupRetentionPeriod: 14,
    });
    const other = Template.fromJSON(passing);
    other.hasResourceProperties('AWS::RDS::DBCluster', {
      DeletionProtection: false,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0 },
    });
    other.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('the default cell alone answers for refs without a record', () => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: `*.${PRODUCTION.rootDomain}.`,
      Type: 'A',
      HostedZoneId: PRODUCTION.hostedZoneId,
    });
    Template.fromJSON(passing).resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

describe('alarms', () => {
  const rows = alarmsOf(stagePolicy('production'));

  test('each has a name, a threshold with its reason, and a place in the runbook', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.name).toMatch(/^[a-z-]+$/);
      expect(row.reason.length).toBeGreaterThan(20);
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `baseplane-${PRODUCTION.cell}-${row.name}`,
        AlarmDescription: Match.stringLikeRegexp(`docs/runbook\\.md#${row.name}$`),
        Threshold: row.threshold,
        MetricName: row.metric,
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
      });
    }
    template.resourceCountIs('AWS::CloudWatch::Alarm', rows.length);
  });

  test('CloudWatch may publish them', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  test('count connections as Aurora does', () => {
    const threshold = (stage: string) =>
      alarmsOf(stagePolicy(stage)).find(({ name }) => name === 'database-connections')?.threshold;
    expect(threshold('production')).toBe(4000);
    expect(threshold('pr-12')).toBeCloseTo(0.8 * 901);
  });
});
