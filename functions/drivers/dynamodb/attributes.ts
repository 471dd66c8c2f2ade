import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../core/kernel/table.port.ts';
import { itemOf, type Row } from '../../core/kernel/table-row.ts';

export type Attributes = Record<string, AttributeValue>;

/** A key that is absent keeps the item out of the index, so null is left out rather than stored. */
export function attributesOf(row: Row): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(row)) {
    if (value !== null) attributes[name] = typeof value === 'number' ? { N: `${value}` } : { S: value };
  }
  return attributes;
}

const COLUMNS = [
  ...(['pk', 'sk', 'version', 'index1pk', 'index1sk'] as const),
  ...(['index2pk', 'index2sk', 'expires_at', 'data'] as const),
];

function valueOf(attribute: AttributeValue | undefined): string | number | null {
  if (attribute?.N !== undefined) return Number(attribute.N);
  return attribute?.S ?? null;
}

export function itemFrom(attributes: Attributes): Item {
  return itemOf(Object.fromEntries(COLUMNS.map((column) => [column, valueOf(attributes[column])])));
}
