import type { Relation, Tuple, WalMessage } from './pgoutput.ts';

/** A change of one row, as the log has it. */
export interface RowChange {
  readonly relation: Relation;
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly committedAt: string;
  /** The lower half of its number. */
  readonly transaction: number;
  /** Absent where the row was deleted. */
  readonly row: Tuple | undefined;
  /** What is known of the old row by the replica identity; undefined in any other place. */
  readonly old: Tuple | undefined;
}

export function rowChangeOf(
  message: Extract<WalMessage, { readonly kind: 'insert' | 'update' | 'delete' }>,
  relation: Relation,
  commit: Pick<RowChange, 'committedAt' | 'transaction'>,
): RowChange {
  const shared = { relation, ...commit };
  const { columns } = relation;
  const identityOf = (tuple: Tuple): Tuple =>
    tuple.map((value, at) => (columns[at]?.isKey === true ? value : undefined));
  switch (message.kind) {
    case 'insert':
      return { ...shared, type: 'INSERT', row: message.row, old: undefined };
    case 'update': {
      const { row, old } = message;
      // An identity that has stayed the same is not sent.
      const known = old?.isFull === true ? old.tuple : identityOf(old?.tuple ?? row);
      return { ...shared, type: 'UPDATE', row, old: known };
    }
    case 'delete': {
      const { tuple, isFull } = message.old;
      return { ...shared, type: 'DELETE', row: undefined, old: isFull ? tuple : identityOf(tuple) };
    }
  }
}

/** The row's values, with what was not sent again taken from the old row. */
export function valueIn({ row, old }: RowChange, at: number): string | null | undefined {
  return row === undefined ? old?.[at] : (row[at] ?? (row[at] === null ? null : old?.[at]));
}

/** About what the change takes as JSON. */
export function sizeOf({ row = [], old = [] }: RowChange): number {
  let size = 0;
  for (const value of [...row, ...old]) size += value?.length ?? 0;
  return size;
}
