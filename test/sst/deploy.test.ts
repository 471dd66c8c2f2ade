import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobsOf } from '../../functions/contract/jobs.ts';
import { WORKFLOWS } from '../../functions/core/project/workflows.port.ts';
import { itemFrom } from '../../functions/drivers/dynamodb/attributes.ts';
import { readAwsConfig } from '../../functions/runtime/config-aws.ts';
import { cellKey, cellRecordSchema } from '../../functions/runtime/compose-aws-cells.ts';
import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { TEMPLATE_BYTES } from '../../infra/cell/template.ts';
import { ALARMS } from '../../infra/control-plane/plan/alarm-table.ts';
import { FUNCTION_NAMES } from '../../infra/control-plane/plan/entries.ts';
import { namesOf } from '../../infra/control-plane/plan/names.ts';
import { GRANTS } from '../../infra/control-plane/plan/grants.ts';
import { ACCOUNT, type Deployment, HOME, deployment } from './deployment.ts';
import {
  CELLS,
  SECRETS,
  SETTINGS,
  componentOf,
  documentSchema,
  filesSchema,
  functionSchema,
  roleSchema,
  look,
  scheduleSchema,
} from './production.ts';

const NAMES = namesOf('production');
const POSTGRES_ROUTE = 'POST /postgres/{cell}/{ref}/{question}';

let production: Deployment;
beforeAll(async () => {
  for (const [name, value] of Object.entries(SECRETS)) process.env[`SST_SECRET_${name}`] = value;
  production = await deployment('production', SETTINGS);
});

const { made, named, roleOf, inlineOf, cellPoliciesOf } = look(() => production);

describe('a deployment to production', () => {
  it('runs to its end', () => {
    expect(production.failure).toBe(undefined);
    expect(production.outputs).toMatchObject({
      api: 'https://api.example.com',
      owner: 'baseplane-production-owner',
    });
  });

  it('has one API, at its own domain alone, with the edge’s route and the Management API’s', () => {
    expect(made('aws:apigatewayv2/api:Api')).toMatchObject([
      { protocolType: 'HTTP', disableExecuteApiEndpoint: true },
    ]);
    expect(made('aws:apigatewayv2/api:Api')[0]).not.toHaveProperty('corsConfiguration');
    const routes = made('aws:apigatewayv2/route:Route').map(({ routeKey }) => String(routeKey));
    expect(routes.toSorted()).toEqual([
      '$default',
      'ANY /platform/billing/webhook',
      'ANY /platform/costs',
      'ANY /platform/organizations/{slug}/billing/checkout',
      'ANY /platform/organizations/{slug}/billing/portal',
      'ANY /platform/organizations/{slug}/plan',
      'ANY /platform/organizations/{slug}/statements',
      'GET /metrics',
      'GET /wake/{ref}',
      POSTGRES_ROUTE,
    ]);
    const [byRole] = made('aws:apigatewayv2/route:Route').filter(
      ({ routeKey }) => routeKey === POSTGRES_ROUTE,
    );
    expect(byRole).toMatchObject({ authorizationType: 'AWS_IAM' });
    expect(made('aws:apigatewayv2/stage:Stage')).toMatchObject([
      {
        routeSettings: [
          { routeKey: 'GET /wake/{ref}', throttlingRateLimit: 20 },
          { routeKey: POSTGRES_ROUTE, throttlingRateLimit: 100 },
        ],
      },
    ]);
    expect(made('aws:apigatewayv2/domainName:DomainName')).toMatchObject([{ domainName: 'api.example.com' }]);
  });

  it('has the tested workflows, byte for byte, logged and traced', () => {
    const machines = made('aws:sfn/stateMachine:StateMachine');
    expect(machines).toHaveLength(WORKFLOWS.length);
    for (const workflow of WORKFLOWS) {
      expect(machines.find(({ name }) => name === `baseplane-production-${workflow}`)).toMatchObject({
        definition: JSON.stringify(DOCUMENTS[workflow]),
        type: 'STANDARD',
        loggingConfiguration: { level: 'ERROR', includeExecutionData: false },
        tracingConfiguration: { enabled: true },
      });
    }
  });

  it('lets a workflow invoke the step function and nothing else', () => {
    const { inlinePolicies } = roleSchema.parse(named('aws:iam/role:Role', 'WorkflowRole'));
    const { Statement } = JSON.parse(inlinePolicies[0]?.policy ?? '');
    expect(Statement[0]).toEqual({
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: `arn:aws:lambda:${HOME}:${ACCOUNT}:function:baseplane-production-step`,
    });
    expect(Statement.slice(1).flatMap(({ Action }: { Action: string[] }) => Action)).toSatisfy(
      (actions: string[]) => actions.every((action) => /^(logs|xray):/.test(action)),
    );
  });

  it('gives each function what it is granted, its own log group, and no policy of AWS', () => {
    for (const name of FUNCTION_NAMES) {
      const statements = inlineOf(name);
      const policies = cellPoliciesOf(name);
      const arns = policies.map((each) => `arn:aws:aws:iam/policy:Policy:${each.name}`);
      expect(roleOf(name).managedPolicyArns).toEqual(arns);
      expect(statements.at(-1)).toMatchObject({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`arn:aws:logs:${HOME}:${ACCOUNT}:log-group:/aws/lambda/${NAMES.functions[name]}:*`],
      });
      const own = statements.slice(0, -1).flatMap(({ actions }) => actions);
      const perCell = policies.map(({ policy }) =>
        documentSchema.parse(JSON.parse(policy)).Statement.flatMap(({ Action }) => Action),
      );
      for (const actions of perCell) {
        expect([...own, ...actions].toSorted()).toEqual(
          GRANTS[name].flatMap(({ actions: granted }) => granted).toSorted(),
        );
      }
      if (perCell.length === 0) expect(own).toEqual(GRANTS[name].flatMap(({ actions }) => actions));
    }
  });

  it('grants nothing on everything but what AWS grants on nothing else, and no whole service', () => {
    for (const name of FUNCTION_NAMES) {
      for (const { actions, resources } of inlineOf(name)) {
        expect(actions.join()).not.toContain('*');
        const grant = GRANTS[name].find((each) => each.actions.join() === actions.join());
        expect(resources.includes('*')).toBe(grant?.on === 'anything');
        expect(resources.join()).not.toContain('undefined');
      }
    }
  });

  it('grants on a cell what is that cell’s', () => {
    const regions = ['eu-central-1', 'us-east-1'];
    for (const [index, { policy }] of cellPoliciesOf('step').entries()) {
      const { Statement } = documentSchema.parse(JSON.parse(policy));
      expect(Statement.length).toBeGreaterThan(15);
      for (const { Action, Resource, Condition = {} } of Statement) {
        expect([...Action, ...Resource.filter((each) => each === '*')].join()).not.toContain('*');
        expect(Resource.join()).not.toContain('undefined');
        expect(Resource.join()).not.toContain(regions[1 - index]);
        expect(Resource.join()).not.toContain(CELLS[1 - index]);
        for (const values of Object.values(Condition).flatMap((each) => Object.values(each))) {
          expect(values.join()).not.toMatch(/^$|undefined/);
        }
      }
      const made = Statement.find(({ Action }) => Action.includes('iam:CreateRole'));
      expect(made?.Condition).toMatchObject({
        StringEquals: { 'iam:PermissionsBoundary': [expect.stringContaining('')] },
      });
    }
  });

  it('keeps a policy within what IAM takes, however many cells there are', () => {
    for (const name of FUNCTION_NAMES) {
      expect(JSON.stringify(inlineOf(name)).length).toBeLessThan(10_240 / 2);
      for (const { policy } of cellPoliciesOf(name)) expect(policy.length).toBeLessThan(6144 - 500);
    }
  });

  it('gives each function settings that it takes', () => {
    for (const name of FUNCTION_NAMES) {
      const { environment, ...given } = functionSchema.parse(
        named('aws:lambda/function:Function', `${componentOf(name)}Function`),
      );
      expect(given).toEqual({
        name: NAMES.functions[name],
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
      });
      expect(readAwsConfig({ ...environment.variables, AWS_REGION: HOME })).toMatchObject({
        ok: true,
        value: { cells: [{ id: 'euc1' }, { id: 'use1' }], mailSender: 'noreply@example.com' },
      });
      const size = Object.entries(environment.variables).join('').length;
      // Lambda takes 4 KB.
      expect(size).toBeLessThan(4000);
    }
  });

  it('gives Stripe’s keys to whom they are for, and to nobody else', () => {
    const given = FUNCTION_NAMES.flatMap((name) => {
      const { environment } = functionSchema.parse(
        named('aws:lambda/function:Function', `${componentOf(name)}Function`),
      );
      const stripe = Object.entries(environment.variables).filter(([key]) => key.includes('STRIPE'));
      return stripe.length === 0 ? [] : [[name, Object.fromEntries(stripe)]];
    });
    const prices = {
      BASEPLANE_STRIPE_SECRET_KEY: 'sk_live_1',
      BASEPLANE_STRIPE_PRICE_PRO: 'price_pro',
      BASEPLANE_STRIPE_PRICE_USAGE: 'price_usage',
    };
    expect(Object.fromEntries(given)).toEqual({
      billing: { ...prices, BASEPLANE_STRIPE_WEBHOOK_SECRET: 'whsec_1' },
      reportUsage: prices,
    });
  });

  it('starts every job by its schedule, and tells it when it was due', () => {
    const schedules = made('aws:scheduler/schedule:Schedule').map((schedule) =>
      scheduleSchema.parse(schedule),
    );
    expect(schedules.map(({ scheduleExpression }) => scheduleExpression).toSorted()).toEqual(
      jobsOf('aws')
        .map(({ every }) => (every === 60 ? 'rate(1 minute)' : `rate(${every / 60} minutes)`))
        .toSorted(),
    );
    for (const { state, target } of schedules) {
      expect(state).toBe('ENABLED');
      expect(target.retryPolicy.maximumRetryAttempts).toBe(2);
      expect(JSON.parse(target.input)).toEqual({ due: '<aws.scheduler.scheduled-time>' });
    }
  });

  it('has a cell per setting, each in its region and of a size that CloudFormation takes', () => {
    const stacks = made('aws:cloudformation/stack:Stack').map((stack) =>
      z
        .object({ name: z.string(), templateBody: z.string(), capabilities: z.array(z.string()) })
        .parse(stack),
    );
    expect(stacks.map(({ name }) => name)).toEqual([
      'baseplane-euc1',
      'baseplane-use1',
      'baseplane-euc1-postgres-gateway',
      'baseplane-use1-postgres-gateway',
    ]);
    for (const { templateBody } of stacks)
      expect(Buffer.byteLength(templateBody)).toBeLessThan(TEMPLATE_BYTES);
    expect(stacks[0]?.templateBody).toContain('10.0.0.0/16');
    expect(stacks[1]?.templateBody).toContain('10.1.0.0/16');
    const regions = made('pulumi:providers:aws').map(({ region }) => region);
    // The last one is for the dashboard's certificate, which CloudFront takes from there alone.
    expect(regions).toEqual(['eu-central-1', 'us-east-1', 'us-east-1']);
  });

  it('tells the gateway of each cell all that its template asks for, from that cell and the API', () => {
    for (const cell of CELLS) {
      const { templateBody, parameters } = z
        .object({ templateBody: z.string(), parameters: z.record(z.string(), z.string()) })
        .parse(named('aws:cloudformation/stack:Stack', `PostgresGateway${cell}`));
      const { Parameters } = JSON.parse(templateBody);
      expect(Object.keys(parameters).toSorted()).toEqual(Object.keys(Parameters).toSorted());
      const { ApiArn, ...ofCell } = parameters;
      expect(ApiArn).toBe('arn:aws:execute-api');
      for (const [name, value] of Object.entries(ofCell)) expect(value).toBe(`baseplane-${cell}-${name}`);
    }
  });

  it('records each cell as the functions read it, under the address that they are told', () => {
    const { environment } = functionSchema.parse(
      named('aws:lambda/function:Function', 'StepFunctionFunction'),
    );
    const config = readAwsConfig({ ...environment.variables, AWS_REGION: HOME });
    const addresses = config.ok ? config.value.cells : [];
    expect(addresses).toHaveLength(2);
    const items = made('aws:dynamodb/tableItem:TableItem').map(({ item }) =>
      itemFrom(JSON.parse(String(item))),
    );
    for (const address of addresses) {
      const { pk, sk } = cellKey(address);
      const item = items.find((each) => each.pk === pk && each.sk === sk);
      expect(cellRecordSchema.parse(item?.data)).toMatchObject({
        id: address.id,
        rootDomain: 'example.com',
        postgres: { host: `pg.${address.id}.example.com`, port: 5432 },
        outputs: { DatabasePort: 5432, BucketName: `baseplane-${address.id}-BucketName` },
      });
    }
  });

  it('lets people sign in at a managed login, and the dashboard without a secret', () => {
    expect(made('aws:cognito/userPoolDomain:UserPoolDomain')).toMatchObject([{ managedLoginVersion: 2 }]);
    expect(made('aws:cognito/userPoolClient:UserPoolClient')).toMatchObject([
      {
        generateSecret: false,
        allowedOauthFlows: ['code'],
        callbackUrls: ['https://app.example.com/callback'],
        logoutUrls: ['https://app.example.com/login'],
      },
    ]);
  });

  it('serves the dashboard from a bucket of its own, told of its API, with the policy that its pages keep to', () => {
    expect(named('command:local:Command', 'WebBuilder')).toMatchObject({
      create: 'npm run build',
      dir: expect.stringMatching(/web$/),
      environment: { VITE_API_URL: 'https://api.example.com' },
    });
    const [site, ...others] = made('aws:cloudfront/distribution:Distribution');
    expect(others).toEqual([]);
    expect(site).toMatchObject({
      aliases: ['app.example.com'],
      defaultCacheBehavior: {
        viewerProtocolPolicy: 'redirect-to-https',
        responseHeadersPolicyId: 'WebHeaders-id',
      },
    });
    expect(made('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy')).toMatchObject([
      {
        securityHeadersConfig: {
          contentSecurityPolicy: { override: true },
          frameOptions: { frameOption: 'DENY' },
        },
      },
    ]);
    const files = made('pulumi-nodejs:dynamic:Resource').flatMap((each) =>
      filesSchema.parse(each).files.map(({ key }) => key),
    );
    expect(files).toContain('index.html');
    expect(made('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')).not.toEqual([]);
  });

  it('keeps its data', () => {
    expect(made('aws:dynamodb/table:Table')).toMatchObject([
      { deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } },
    ]);
    expect(made('aws:cognito/userPool:UserPool')).toMatchObject([{ deletionProtection: 'ACTIVE' }]);
  });

  it('tells somebody of every alarm', () => {
    expect(made('aws:sns/topicSubscription:TopicSubscription')).toMatchObject([
      { endpoint: 'ops@example.com' },
    ]);
    const alarms = made('aws:cloudwatch/metricAlarm:MetricAlarm');
    expect(alarms.map(({ name }) => String(name)).toSorted()).toEqual(
      ALARMS.map(({ name }) => `baseplane-production-${name}`).toSorted(),
    );
    for (const { alarmActions, metricQueries } of alarms) {
      expect(alarmActions).toEqual([expect.stringContaining('baseplane-production-alarms')]);
      expect(metricQueries).toSatisfy((queries: unknown[]) => queries.length > 1);
    }
  });
});
