import type { Sql } from '../../database/sql.ts';
import type { DatabaseMessage, DatabaseMessages } from '../ports.ts';
import type { Relation, Tuple } from './pgoutput.ts';
import type { Replication } from './replication.ts';

type Receive = (message: DatabaseMessage) => void;

/** What `realtime.send()` has written, as it is committed. */
export class Messages implements DatabaseMessages {
  readonly #replication: Replication;
  readonly #sql: Sql;
  readonly #listeners = new Set<Receive>();

  constructor(replication: Replication, sql: Sql) {
    this.#replication = replication;
    this.#sql = sql;
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

  take(relation: Relation, row: Tuple): void {
    const message = messageIn(relation, row);
    if (message !== undefined) for (const receive of this.#listeners) receive(message);
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
