import { openPool } from '../database/pool.ts';
import { sqlOver } from '../database/sql.ts';
import type { Log } from '../server/log.ts';
import type { Config } from '../settings/config.ts';
import { Feed } from './changes/feed.ts';
import { createLogReader } from './changes/log-reader.ts';
import { Messages } from './changes/messages.ts';
import { keepPartitions } from './changes/partitions.ts';
import type { WalMessage } from './changes/pgoutput.ts';
import { Replication } from './changes/replication.ts';
import type { ChangeFeed, ChannelPolicies, DatabaseMessages } from './ports.ts';
import { CallerSessions } from './rights/caller-sessions.ts';
import { createChannelPolicies } from './rights/policies.ts';

/** What of Realtime is the database's. */
export interface DatabaseSide {
  readonly feed: ChangeFeed;
  readonly messages: DatabaseMessages;
  readonly policies: ChannelPolicies;
  close(): Promise<void>;
}

/** One stream of the log serves all; connections are opened when they are needed. */
export function openDatabaseSide({
  config,
  log,
}: {
  readonly config: Config;
  readonly log: Log;
}): DatabaseSide {
  const catalogue = sqlOver(openPool(config, 'authenticator', { max: 2 }));
  const admin = sqlOver(openPool(config, 'supabase_realtime_admin', { max: 1 }));
  const sessions = new CallerSessions(config);
  const replication = new Replication(config, log, (message: WalMessage) => read(message));
  const messages = new Messages(replication, admin, log);
  const feed = new Feed({ sql: catalogue, sessions, replication, log });
  const read = createLogReader({
    concerns: ({ schema, table }) => feed.concerns(schema, table),
    onChanges: (changes) => feed.take(changes),
    onMessage: (relation, row, transaction) => messages.take(relation, row, transaction),
    onRelation: () => feed.forgetTypes(),
  });
  const partitions = keepPartitions(admin, log);
  return {
    feed,
    messages,
    policies: createChannelPolicies(sessions, log),
    async close() {
      await replication.close();
      await Promise.all([feed.close(), messages.close()]);
      await partitions.close();
      await Promise.all([sessions.close(), catalogue.end(), admin.end()]);
    },
  };
}
