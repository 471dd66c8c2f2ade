import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/kernel/clock.port.ts';
import { TransientError } from '../../core/kernel/errors.ts';
import { err, ok, type Result } from '../../core/kernel/result.ts';
import type {
  ConditionFailed,
  IndexName,
  Item,
  Page,
  Range,
  Table,
  Write,
} from '../../core/kernel/table.port.ts';
import { pageOf, type Position, startOf } from '../../core/kernel/table-page.ts';
import { checkKey, checkRange, checkWrites, secondsOf } from '../../core/kernel/table-rules.ts';
import { type Attributes, itemFrom } from './attributes.ts';
import { cancellationOf, translateDynamoError } from './errors.ts';
import { transactItem } from './transaction.ts';

/** Waits between the attempts of a transaction that met another one: at most 1.6 s in all. */
const CONFLICT_WAITS_MS = [50, 100, 200, 400, 800];

export interface DynamoTableParts {
  readonly client: DynamoDBClient;
  /** Of a table as `TABLE_DEFINITION` says. */
  readonly tableName: string;
  readonly clock: Clock;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export function createDynamoTable({ client, tableName, clock, wait = delay }: DynamoTableParts): Table {
  const now = (): number => secondsOf(clock.now());

  async function call<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw translateDynamoError(error, action);
    }
  }

  async function list(range: Range, index?: IndexName): Promise<Page> {
    const limit = checkRange(range);
    const start = startOf(range, index);
    const input = queryOf(range, limit, now(), index);
    const found: Item[] = [];
    let from = start && startKey(range, start, index);
    do {
      const page: QueryCommandOutput = await call('Query', () =>
        client.send(new QueryCommand({ ...input, TableName: tableName, ExclusiveStartKey: from })),
      );
      found.push(...(page.Items ?? []).map(itemFrom));
      from = page.LastEvaluatedKey;
    } while (from && found.length <= limit);
    return pageOf(found, limit, index);
  }

  /**
   * Even a single write is a transaction: its token makes the SDK's own repetitions find that it was carried out,
   * where a conditional put would find its condition broken by itself.
   */
  async function transact(writes: readonly Write[]): Promise<Result<void, ConditionFailed>> {
    const at = now();
    const command = new TransactWriteItemsCommand({
      TransactItems: writes.map((write) => transactItem(write, tableName, at)),
      ClientRequestToken: randomUUID(),
    });
    for (let attempt = 0; ; attempt += 1) {
      try {
        await client.send(command);
        return ok(undefined);
      } catch (error) {
        const cancellation = cancellationOf(error);
        if (!cancellation) throw translateDynamoError(error, 'TransactWriteItems');
        if (cancellation.kind === 'condition_failed')
          return err({ code: 'condition_failed', write: cancellation.write });
        const most = CONFLICT_WAITS_MS[attempt];
        if (most === undefined)
          throw new TransientError('Other transactions were at the same items.', { cause: error });
        await wait(most * (0.5 + Math.random() / 2));
      }
    }
  }

  return {
    async get(key) {
      checkKey(key);
      const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
      const input = { TableName: tableName, Key, ConsistentRead: true };
      const { Item: attributes } = await call('GetItem', () => client.send(new GetItemCommand(input)));
      const item = attributes && itemFrom(attributes);
      return item?.expires_at !== undefined && item.expires_at <= now() ? undefined : item;
    },
    query: (range) => list(range),
    queryIndex: (index, range) => list(range, index),
    async write(writes) {
      checkWrites(writes);
      return await transact(writes);
    },
  };
}

function queryOf(
  range: Range,
  limit: number,
  now: number,
  index?: IndexName,
): Omit<QueryCommandInput, 'TableName'> {
  const { pk, prefix = '' } = range;
  const names = { '#pk': `${index ?? ''}pk`, '#expires_at': 'expires_at' };
  const values = { ':pk': { S: pk }, ':now': { N: `${now}` } };
  const withPrefix = prefix !== '';
  return {
    KeyConditionExpression: withPrefix ? '#pk = :pk AND begins_with(#sk, :prefix)' : '#pk = :pk',
    FilterExpression: 'attribute_not_exists(#expires_at) OR #expires_at > :now',
    ExpressionAttributeNames: withPrefix ? { ...names, '#sk': `${index ?? ''}sk` } : names,
    ExpressionAttributeValues: withPrefix ? { ...values, ':prefix': { S: prefix } } : values,
    ScanIndexForward: !range.reverse,
    // One more than asked for tells whether there is another page.
    Limit: limit + 1,
    ...(index ? { IndexName: index } : { ConsistentRead: true }),
  };
}

function startKey(range: Range, [sk, ...tie]: Position, index?: IndexName): Attributes {
  if (!index) return { pk: { S: range.pk }, sk: { S: sk } };
  const [itemPk = '', itemSk = ''] = tie;
  return { [`${index}pk`]: { S: range.pk }, [`${index}sk`]: { S: sk }, pk: { S: itemPk }, sk: { S: itemSk } };
}
