import type { Log } from '../server/log.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Database } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import type { ChangeFeed, ChannelPolicies, ChannelRights, DatabaseMessages } from './ports.ts';

/** What of Realtime is the database's. */
export interface DatabaseSide {
  readonly feed: ChangeFeed;
  readonly messages: DatabaseMessages;
  readonly policies: ChannelPolicies;
  close(): Promise<void>;
}

const NOTHING = { read: false, write: false };
const NO_RIGHTS: ChannelRights = { broadcast: NOTHING, presence: NOTHING };

export async function openDatabaseSide(_parts: {
  readonly config: Config;
  readonly database: { readonly kysely: Database };
  readonly log: Log;
  readonly metrics: Metrics;
}): Promise<DatabaseSide> {
  return {
    feed: {
      subscribe: async () => ({ ok: false, reason: 'postgres_changes are not available.' }),
      onGap: () => undefined,
      close: async () => undefined,
    },
    messages: { listen: () => undefined, replay: async () => [] },
    policies: { rightsIn: async () => NO_RIGHTS },
    close: async () => undefined,
  };
}
