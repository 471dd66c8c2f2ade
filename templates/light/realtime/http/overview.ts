import type { Realm } from '../channels/realm.ts';

/** How many there are, and how many channels they have. */
export interface Counted {
  readonly size: number;
  channels(): number;
}

/** As many as anybody can look at. */
const MOST_CHANNELS = 1000;

/** What goes on at this moment, those topics first that most have joined. */
export function overview(realm: Realm, clients: Counted) {
  const { rates, settings, topics, users } = realm;
  const all = [...topics.all()].toSorted((a, b) => b.listeners.size - a.listeners.size);
  return {
    connections: clients.size,
    users: users.size,
    channels_joined: clients.channels(),
    messages_per_second: rates.events.perSecond(),
    joins_per_second: rates.joins.perSecond(),
    limits: {
      max_concurrent_users: settings.connections,
      max_events_per_second: settings.eventsPerSecond,
    },
    channels: all.slice(0, MOST_CHANNELS).map(({ key, listeners, presence }) => ({
      topic: key.name,
      private: key.private,
      clients: listeners.size,
      present: presence.size,
    })),
  };
}
