import type { LambdaContext } from 'hono/aws-lambda';
import { expect, it } from 'vitest';
import type { Connection } from './web-server.ts';
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

it('takes forms with any bytes, and gives them', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const form = new FormData();
  form.append('file', new File([bytes], 'a/b.bin'));
  const sent = new Response(form);
  const headers = { ...EVENT.headers, 'content-type': sent.headers.get('content-type') ?? '' };
  const body = Buffer.from(await sent.arrayBuffer()).toString('base64');
  const handler = lambdaHandler(async (request) => new Response(await request.formData()));
  const answer = await handler({ ...EVENT, headers, body }, CONTEXT);
  expect(answer.isBase64Encoded).toBe(true);
  const type = String(answer.headers['content-type']);
  const given = new Response(Buffer.from(answer.body, 'base64'), { headers: { 'content-type': type } });
  const file = (await given.formData()).get('file');
  if (!(file instanceof File)) throw new Error('no file came back');
  expect([file.name, await file.bytes()]).toEqual(['a/b.bin', bytes]);
});
