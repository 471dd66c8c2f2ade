/**
 * The messages of Postgres' output plugin `pgoutput`, protocol version 1, as far as changes of rows go.
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */

interface RelationColumn {
  readonly name: string;
  readonly type: number;
  /** Of the replica identity. */
  readonly isKey: boolean;
}

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly RelationColumn[];
}

/** The columns' texts in order; undefined: stored out of line, unchanged, and so not sent. */
export type Tuple = readonly (string | null | undefined)[];

/** What of the old row was sent: all of it, or its replica identity with null in any other place. */
interface OldRow {
  readonly tuple: Tuple;
  readonly isFull: boolean;
}

export type WalMessage =
  | { readonly kind: 'begin'; readonly committedAt: Date; readonly transaction: number }
  | { readonly kind: 'commit' }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'insert'; readonly oid: number; readonly row: Tuple }
  | { readonly kind: 'update'; readonly oid: number; readonly row: Tuple; readonly old: OldRow | undefined }
  | { readonly kind: 'delete'; readonly oid: number; readonly old: OldRow }
  | { readonly kind: 'other' };

/** Microseconds from 1970 to 2000, where Postgres counts from. */
const POSTGRES_EPOCH = 946_684_800_000_000n;

function dateOf(microseconds: bigint): Date {
  return new Date(Number((microseconds + POSTGRES_EPOCH) / 1000n));
}

export function readMessage(bytes: Buffer): WalMessage {
  const reader = new Reader(bytes);
  switch (reader.letter()) {
    case 'B':
      reader.int64();
      return { kind: 'begin', committedAt: dateOf(reader.int64()), transaction: reader.int32() };
    case 'C':
      return { kind: 'commit' };
    case 'R':
      return { kind: 'relation', relation: readRelation(reader) };
    case 'I': {
      const oid = reader.int32();
      reader.letter();
      return { kind: 'insert', oid, row: readTuple(reader) };
    }
    case 'U': {
      const oid = reader.int32();
      const first = reader.letter();
      if (first === 'N') return { kind: 'update', oid, old: undefined, row: readTuple(reader) };
      const old = { tuple: readTuple(reader), isFull: first === 'O' };
      reader.letter();
      return { kind: 'update', oid, old, row: readTuple(reader) };
    }
    case 'D': {
      const oid = reader.int32();
      const isFull = reader.letter() === 'O';
      return { kind: 'delete', oid, old: { tuple: readTuple(reader), isFull } };
    }
    default:
      return { kind: 'other' };
  }
}

function readRelation(reader: Reader): Relation {
  const oid = reader.int32();
  // The namespace pg_catalog is sent as nothing.
  const schema = reader.text() || 'pg_catalog';
  const table = reader.text();
  reader.letter();
  const columns = Array.from({ length: reader.int16() }, () => {
    const isKey = reader.int8() === 1;
    const name = reader.text();
    const type = reader.int32();
    reader.int32();
    return { name, type, isKey };
  });
  return { oid, schema, table, columns };
}

function readTuple(reader: Reader): Tuple {
  return Array.from({ length: reader.int16() }, () => {
    const kind = reader.letter();
    if (kind === 'n') return null;
    return kind === 'u' ? undefined : reader.sized();
  });
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  letter(): string {
    return String.fromCharCode(this.int8());
  }

  int8(): number {
    this.#at += 1;
    return this.#bytes.readUInt8(this.#at - 1);
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readUInt16BE(this.#at - 2);
  }

  /** Unsigned, as oids are. */
  int32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }

  /** Ends with a zero. */
  text(): string {
    const from = this.#at;
    const end = this.#bytes.indexOf(0, from);
    this.#at = end + 1;
    return this.#bytes.toString('utf8', from, end);
  }

  sized(): string {
    const length = this.int32();
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}
