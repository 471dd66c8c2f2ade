import { REALTIME_SUBSCRIBE_STATES, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';

/** What a topic is listened to for. */
export interface DualChannelParts {
  /** Private: the policies of the project decide who hears it. */
  readonly topic: string;
  /** Told at once, by the name of the event. */
  readonly events: Readonly<Record<string, (payload: unknown) => void>>;
  /** The same told by the rows themselves: a moment later, and nothing is left out. */
  readonly changes: readonly {
    readonly table: string;
    readonly filter: string;
    readonly put: (row: unknown) => void;
    readonly drop?: (row: unknown) => void;
  }[];
  /** Both are there, for the first time or again: what came before must be read. */
  readonly onLive: () => void;
  /** The connection is gone; it is taken up again by itself. */
  readonly onBehind: (reason: string | undefined) => void;
}

/**
 * Listens to what the database broadcasts, and to the rows that it is about as a backup. Whoever takes both must know
 * a thing that comes twice.
 */
export function openDualChannel(client: SupabaseClient, parts: DualChannelParts): RealtimeChannel {
  const channel = client.channel(parts.topic, {
    config: { private: true, postgres_changes_options: { wait: true } },
  });
  for (const [event, take] of Object.entries(parts.events)) {
    channel.on('broadcast', { event }, ({ payload }) => take(payload));
  }
  for (const { table, filter, put, drop } of parts.changes) {
    channel.on('postgres_changes', { event: '*', schema: 'public', table, filter }, (change) => {
      if (change.eventType === 'DELETE') drop?.(change.old);
      else put(change.new);
    });
  }
  return channel.subscribe((status, error) => {
    if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) parts.onLive();
    else parts.onBehind(error?.message);
  });
}
