import type { KyselyPlugin } from 'kysely';
import {
  ColumnNode,
  InsertQueryNode,
  PrimitiveValueListNode,
  type RootOperationNode,
  TableNode,
  ValueListNode,
  ValuesNode,
} from 'kysely';

/**
 * lite numbers refresh tokens with UUIDs of its own; GoTrue's table, which ours is, with a sequence. Leaving the
 * column out of the insert lets the database number them, and keeps the table one that GoTrue can take over.
 */
export const numberedRefreshTokens: KyselyPlugin = {
  transformQuery: ({ node }) => (isTokenInsert(node) ? withoutId(node) : node),
  transformResult: async ({ result }) => result,
};

function isTokenInsert(node: RootOperationNode): node is InsertQueryNode {
  return (
    InsertQueryNode.is(node) &&
    node.into !== undefined &&
    TableNode.is(node.into) &&
    node.into.table.identifier.name === 'refresh_tokens'
  );
}

function withoutId(node: InsertQueryNode): InsertQueryNode {
  const { columns = [], values } = node;
  const id = columns.findIndex((column) => ColumnNode.is(column) && column.column.name === 'id');
  if (id === -1 || values === undefined || !ValuesNode.is(values)) return node;
  return {
    ...node,
    columns: columns.toSpliced(id, 1),
    values: ValuesNode.create(
      values.values.map((row) =>
        PrimitiveValueListNode.is(row)
          ? PrimitiveValueListNode.create(row.values.toSpliced(id, 1))
          : ValueListNode.create(row.values.toSpliced(id, 1)),
      ),
    ),
  };
}
