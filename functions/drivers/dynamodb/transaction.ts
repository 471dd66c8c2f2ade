import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Condition, Write } from '../../core/kernel/table.port.ts';
import { rowOf } from '../../core/kernel/table-row.ts';
import { nextVersion } from '../../core/kernel/table-rules.ts';
import { attributesOf } from './attributes.ts';

interface ConditionExpression {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** What DynamoDB has not yet removed by its time to live is absent all the same. */
function expressionOf(condition: Condition, now: number): ConditionExpression {
  if (condition === 'any') return {};
  if (condition === 'absent') {
    return {
      ConditionExpression: 'attribute_not_exists(#pk) OR #expires_at <= :now',
      ExpressionAttributeNames: { '#pk': 'pk', '#expires_at': 'expires_at' },
      ExpressionAttributeValues: { ':now': { N: `${now}` } },
    };
  }
  return {
    ConditionExpression: '#version = :version AND (attribute_not_exists(#expires_at) OR #expires_at > :now)',
    ExpressionAttributeNames: { '#version': 'version', '#expires_at': 'expires_at' },
    ExpressionAttributeValues: { ':version': { N: `${condition.version}` }, ':now': { N: `${now}` } },
  };
}

export function transactItem(write: Write, TableName: string, now: number): TransactWriteItem {
  const target = { TableName, ...expressionOf(write.if, now) };
  if (write.kind === 'put') {
    return { Put: { ...target, Item: attributesOf(rowOf(write.item, nextVersion(write))) } };
  }
  const Key = { pk: { S: write.key.pk }, sk: { S: write.key.sk } };
  if (write.kind === 'delete') return { Delete: { ...target, Key } };
  const { ConditionExpression = '', ...rest } = expressionOf(write.if, now);
  return { ConditionCheck: { TableName, Key, ConditionExpression, ...rest } };
}
