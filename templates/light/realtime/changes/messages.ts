import type { Sql } from '../../database/sql.ts';
import { describeError, type Log } from '../../server/log.ts';
import type { DatabaseMessage, DatabaseMessages } from '../ports.ts';
import { untilSeen } from './committed.ts';
import type { Relation, Tuple } from './pgoutput.ts';
import type { Replication } from './replication.ts';

type Receive = (message: DatabaseMessage) => void;

/** What `realtime.send()` has written, as it is committed. */
export class Messages implements DatabaseMessages {
  readonly #replication: Replication;
  readonly #sql: Sql;
  readonly #log: Log;
  readonly #listeners = new Set<Receive>();
  #waiting: { readonly message: DatabaseMessage; readonly transaction: number }[] = [];
  #working: Promise<void> | undefined;

  constructor(replication: Replication, sql: Sql, log: Log) {
    this.#replication = replication;
    this.#sql = sql;
    this.#log = log;
  }

  listen(receive: Receive) {
    const use = this.#replication.use();
    this.#listeners.add(receive);
    return {
      ready: use.ready,
      end: () => {
        this.#listeners.delete(receive);
        use.end();
      },
    };
  }

  take(relation: Relation, row: Tuple, transaction: number): void {
    const message = messageIn(relation, row);
    if (message === undefined || this.#listeners.size === 0) return;
    this.#waiting.push({ message, transaction });
    this.#working ??= this.#tell().finally(() => (this.#working = undefined));
  }

  async close(): Promise<void> {
    this.#waiting = [];
    await this.#working;
  }

  /** What a message is about can be read by whoever hears it. */
  async #tell(): Promise<void> {
    while (this.#waiting.length > 0) {
      const told = this.#waiting;
      this.#waiting = [];
      try {
        await untilSeen(this.#sql, [...new Set(told.map(({ transaction }) => transaction))]);
      } catch (error) {
        this.#log('warn', 'messages are told unseen', describeError(error));
      }
      for (const { message } of told) this.#hand(message);
    }
  }

  #hand(message: DatabaseMessage): void {
    for (const receive of this.#listeners)
      try {
        receive(message);
      } catch (error) {
        this.#log('error', 'a message could not be told', describeError(error));
      }
  }

  async replay(topic: string, since: number, limit: number): Promise<readonly DatabaseMessage[]> {
    const sql = this.#sql;
    const rows = await sql<(Omit<DatabaseMessage, 'private'> & object)[]>`
      select id, topic, event, payload::text as payload from realtime.messages
      where topic = ${topic} and private and extension = 'broadcast' and event is not null
        and inserted_at >= to_timestamp(${since}::float8 / 1000) at time zone 'utc'
      order by inserted_at desc, id
      limit ${limit}`;
    return rows.map((row) => ({ ...row, private: true })).toReversed();
  }
}

/** A row without event or payload is none that was sent: rights are tried on such. */
function messageIn({ columns }: Relation, row: Tuple): DatabaseMessage | undefined {
  const value = (name: string) => row[columns.findIndex((column) => column.name === name)];
  const [id, topic, event, payload] = [value('id'), value('topic'), value('event'), value('payload')];
  if (!isText(id) || !isText(topic) || !isText(event) || !isText(payload)) return undefined;
  return { id, topic, event, payload, private: value('private') === 't' };
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string';
}
