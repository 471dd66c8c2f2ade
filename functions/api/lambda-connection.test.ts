import type { LambdaContext } from 'hono/aws-lambda';
import { expect, it } from 'vitest';
import type { Connection } from './app.ts';
import { lambdaHandler } from './lambda-connection.ts';

const CONTEXT: LambdaContext = {
  awsRequestId: 'lambda-1',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'api',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  memoryLimitInMB: '512',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 1000,
};

const EVENT = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/v1/projects',
  rawQueryString: 'a=1',
  headers: {
    host: 'api.example.com',
    'x-forwarded-for': '6.6.6.6',
    'x-request-id': 'forged',
    'x-amzn-requestid': 'forged',
  },
  body: Buffer.from('{"name":"shop"}').toString('base64'),
  isBase64Encoded: true,
  requestContext: {
    accountId: '123456789012',
    apiId: 'api',
    authentication: null,
    authorizer: {},
    domainName: 'api.example.com',
    domainPrefix: 'api',
    http: {
      method: 'POST',
      path: '/v1/projects',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.7',
      userAgent: 'curl',
    },
    requestId: 'gateway-1',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
};

it('takes the client’s address and the request’s id from API Gateway, whatever the headers say', async () => {
  const seen: { readonly url: string; readonly body: string; readonly connection: Connection }[] = [];
  const handler = lambdaHandler(async (request, connection) => {
    seen.push({ url: request.url, body: await request.text(), connection });
    return new Response('{"ok":true}', { status: 201, headers: { 'content-type': 'application/json' } });
  });
  expect(await handler(EVENT, CONTEXT)).toMatchObject({ statusCode: 201, body: '{"ok":true}' });
  expect(seen).toEqual([
    {
      url: 'https://api.example.com/v1/projects?a=1',
      body: '{"name":"shop"}',
      connection: { ip: '192.0.2.7', requestId: 'gateway-1' },
    },
  ]);
});
