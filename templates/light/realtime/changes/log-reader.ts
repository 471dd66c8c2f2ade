import type { Relation, Tuple, WalMessage } from './pgoutput.ts';
import { type RowChange, rowChangeOf } from './row-change.ts';

/** A transaction may change any number of rows; so many are judged at a time. */
const BATCH = 500;

export interface Readers {
  readonly concerns: (relation: Relation) => boolean;
  /** Changes of rows that concern somebody, in the order of the log. */
  readonly onChanges: (changes: readonly RowChange[]) => void;
  /** A row inserted into `realtime.messages`. */
  readonly onMessage: (relation: Relation, row: Tuple, transaction: number) => void;
  readonly onRelation: () => void;
}

/** Puts together what the stream brings in pieces. */
export function createLogReader({ concerns, onChanges, onMessage, onRelation }: Readers) {
  const relations = new Map<number, Relation>();
  let commit = { committedAt: '', transaction: 0 };
  let changes: RowChange[] = [];

  function flush(): void {
    if (changes.length > 0) onChanges(changes);
    changes = [];
  }

  return (message: WalMessage): void => {
    switch (message.kind) {
      case 'begin':
        commit = { committedAt: message.committedAt.toISOString(), transaction: message.transaction };
        changes = [];
        return;
      case 'commit':
        return flush();
      case 'relation':
        relations.set(message.relation.oid, message.relation);
        return onRelation();
      case 'other':
        return;
      case 'insert':
      case 'update':
      case 'delete': {
        const relation = relations.get(message.oid);
        if (relation === undefined) return;
        if (isMessages(relation)) {
          if (message.kind === 'insert') onMessage(relation, message.row, commit.transaction);
        } else if (concerns(relation)) {
          changes.push(rowChangeOf(message, relation, commit));
          if (changes.length >= BATCH) flush();
        }
      }
    }
  };
}

function isMessages({ schema, table }: Relation): boolean {
  return schema === 'realtime' && table === 'messages';
}
