import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { Table, Write } from '../../core/kernel/table.port.ts';
import { createDynamoTable } from './table.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

interface Endpoint {
  readonly table: Table;
  readonly asked: { readonly action: string; readonly body: unknown }[];
  readonly waited: number[];
}

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** An endpoint that gives the answers in turn, the last one for ever, and keeps what it was asked. */
async function startEndpoint(...answers: readonly Answer[]): Promise<Endpoint> {
  const asked: { action: string; body: unknown }[] = [];
  const waited: number[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const target = String(request.headers['x-amz-target']);
    asked.push({ action: target.replace(/.*\./, ''), body: JSON.parse(text) });
    const { status = 500, body = {} } = answers[Math.min(asked.length, answers.length) - 1] ?? {};
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const table = tableAt(`http://127.0.0.1:${port}`, waited);
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { table, asked, waited };
}

function tableAt(endpoint: string, waited: number[] = []): Table {
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
  });
  cleanups.push(() => client.destroy());
  const clock = { now: () => new Date(1_000_000_500) };
  return createDynamoTable({ client, tableName: 'state', clock, wait: async (ms) => waited.push(ms) });
}

const DONE: Answer = { status: 200, body: {} };

function failure(type: string, more: object = {}): Answer {
  return {
    status: 400,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...more },
  };
}

function cancelled(...codes: readonly string[]): Answer {
  return failure('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
}

const WRITES: readonly Write[] = [
  {
    kind: 'put',
    item: { pk: 'P', sk: 'a', index1: { pk: 'I', sk: '1' }, expires_at: 5, data: { n: 1 } },
    if: 'absent',
  },
  { kind: 'delete', key: { pk: 'P', sk: 'b' }, if: { version: 3 } },
  { kind: 'check', key: { pk: 'P', sk: 'c' }, if: 'absent' },
  { kind: 'put', item: { pk: 'P', sk: 'd', data: {} }, if: 'any' },
];

test('a transaction says all of its conditions, in order', async () => {
  const { table, asked } = await startEndpoint(DONE);
  expect(await table.write(WRITES)).toEqual({ ok: true, value: undefined });
  const absent = {
    ConditionExpression: 'attribute_not_exists(#pk) OR #expires_at <= :now',
    ExpressionAttributeNames: { '#pk': 'pk', '#expires_at': 'expires_at' },
    ExpressionAttributeValues: { ':now': { N: '1000000' } },
  };
  const TableName = 'state';
  const put = {
    pk: { S: 'P' },
    sk: { S: 'a' },
    version: { N: '1' },
    index1pk: { S: 'I' },
    index1sk: { S: '1' },
  };
  expect(asked).toEqual([
    {
      action: 'TransactWriteItems',
      body: {
        ClientRequestToken: expect.stringMatching(/^[\da-f-]{36}$/),
        TransactItems: [
          { Put: { TableName, Item: { ...put, expires_at: { N: '5' }, data: { S: '{"n":1}' } }, ...absent } },
          {
            Delete: {
              TableName,
              Key: { pk: { S: 'P' }, sk: { S: 'b' } },
              ConditionExpression:
                '#version = :version AND (attribute_not_exists(#expires_at) OR #expires_at > :now)',
              ExpressionAttributeNames: { '#version': 'version', '#expires_at': 'expires_at' },
              ExpressionAttributeValues: { ':version': { N: '3' }, ':now': { N: '1000000' } },
            },
          },
          { ConditionCheck: { TableName, Key: { pk: { S: 'P' }, sk: { S: 'c' } }, ...absent } },
          {
            Put: {
              TableName,
              Item: { pk: { S: 'P' }, sk: { S: 'd' }, version: { N: '0' }, data: { S: '{}' } },
            },
          },
        ],
      },
    },
  ]);
});

test('reads by key are consistent; reads by index cannot be', async () => {
  const { table, asked } = await startEndpoint(DONE);
  await table.get({ pk: 'P', sk: 'a' });
  await table.query({ pk: 'P' });
  await table.queryIndex('index1', { pk: 'P' });
  expect(asked).toMatchObject([
    { action: 'GetItem', body: { ConsistentRead: true } },
    { action: 'Query', body: { ConsistentRead: true, Limit: 101 } },
    { action: 'Query', body: { IndexName: 'index1' } },
  ]);
  expect(asked[2]?.body).not.toHaveProperty('ConsistentRead');
});

test('the first write whose condition failed is told', async () => {
  const { table } = await startEndpoint(
    cancelled('None', 'None', 'ConditionalCheckFailed', 'ConditionalCheckFailed'),
  );
  expect(await table.write(WRITES)).toEqual({ ok: false, error: { code: 'condition_failed', write: 2 } });
});

test.for([
  cancelled('None', 'TransactionConflict', 'None', 'None'),
  cancelled('ThrottlingError', 'None', 'None', 'None'),
  cancelled('ProvisionedThroughputExceeded', 'None', 'None', 'ConditionalCheckFailed'),
  failure('TransactionInProgressException'),
])('a transaction that met a passing obstacle is repeated as the same one: %j', async (obstacle) => {
  const { table, asked, waited } = await startEndpoint(obstacle, obstacle, DONE);
  expect(await table.write(WRITES)).toEqual({ ok: true, value: undefined });
  expect(asked).toHaveLength(3);
  expect(asked[2]).toEqual(asked[0]);
  expect(waited).toHaveLength(2);
  expect(waited[1]).toBeLessThanOrEqual(100);
});

test('a transaction that goes on meeting others is left to the caller after 1.6 s', async () => {
  const { table, asked, waited } = await startEndpoint(
    cancelled('TransactionConflict', 'None', 'None', 'None'),
  );
  await expect(table.write(WRITES)).rejects.toBeInstanceOf(TransientError);
  expect(asked).toHaveLength(6);
  expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(1600);
});

test.for([
  failure('ProvisionedThroughputExceededException'),
  failure('ThrottlingException'),
  failure('RequestLimitExceeded'),
  { status: 500, body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' } },
  { status: 503, body: {} },
])('what passes by itself is transient: %j', async (answer) => {
  const { table } = await startEndpoint(answer);
  await expect(table.write(WRITES)).rejects.toBeInstanceOf(TransientError);
  await expect(table.get({ pk: 'P', sk: 'a' })).rejects.toBeInstanceOf(TransientError);
  await expect(table.query({ pk: 'P' })).rejects.toBeInstanceOf(TransientError);
});

test('an endpoint that cannot be reached is transient', async () => {
  await expect(tableAt('http://127.0.0.1:1').get({ pk: 'P', sk: 'a' })).rejects.toBeInstanceOf(
    TransientError,
  );
});

test('what is not permitted is said to the operator', async () => {
  const { table } = await startEndpoint(failure('AccessDeniedException'));
  await expect(table.write(WRITES)).rejects.toBeInstanceOf(PortError);
});

test('a mistake of ours stays an error', async () => {
  for (const answer of [
    failure('ValidationException'),
    cancelled('ValidationError', 'None', 'None', 'None'),
  ]) {
    const { table } = await startEndpoint(answer);
    const thrown = await table.write(WRITES).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).not.toBeInstanceOf(TransientError);
    expect(thrown).not.toBeInstanceOf(PortError);
  }
});
