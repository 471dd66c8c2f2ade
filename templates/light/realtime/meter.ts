import { OF_POSTGRES, OF_REALTIME } from '../server/customer-metrics.ts';
import type { Metrics } from '../server/metrics.ts';
import type { ChangeFeed } from './ports.ts';

/** What is counted of each kind of message. */
type Kind = 'broadcast' | 'presence' | 'postgres_changes';

/** Plain numbers, since they are counted with every message. */
export class RealtimeMeter {
  readonly received = { broadcast: 0, presence: 0, postgres_changes: 0 };
  readonly sent = { broadcast: 0, presence: 0, postgres_changes: 0 };
  joins = 0;
  readonly #errors = new Map<string, number>();

  error(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  publish(metrics: Metrics, now: { connections(): number; channels(): number }): void {
    metrics.gauge('light_realtime_connections', 'WebSockets of clients.', () => [[{}, now.connections()]]);
    metrics.gauge('light_realtime_channels', 'Channels that clients have joined.', () => [
      [{}, now.channels()],
    ]);
    metrics.total('light_realtime_joins_total', 'Channels joined.', () => [[{}, this.joins]]);
    metrics.total('light_realtime_messages_received_total', 'Messages from clients, by kind.', () =>
      byKind(this.received),
    );
    metrics.total('light_realtime_messages_sent_total', 'Messages to clients, by kind.', () =>
      byKind(this.sent),
    );
    metrics.total('light_realtime_errors_total', 'Clients refused or cut off, by reason.', () =>
      [...this.#errors].map(([code, count]) => [{ code }, count] as const),
    );
  }
}

function byKind(counts: Readonly<Record<Kind, number>>) {
  return Object.entries(counts).map(([kind, count]) => [{ kind }, count] as const);
}

/** By the names of Supabase's exporters: of Realtime itself, and of its table of subscriptions. */
export function publishToCustomer(
  metrics: Metrics,
  { connections, feed }: { connections: () => number; feed: Pick<ChangeFeed, 'following'> },
): void {
  metrics.gauge('realtime_connections_connected', 'WebSockets of clients.', () => [
    [OF_REALTIME, connections()],
  ]);
  metrics.gauge('realtime_postgres_changes_client_subscriptions', 'Channels that follow changes.', () => [
    [OF_POSTGRES, feed.following().clients],
  ]);
  metrics.gauge(
    'realtime_postgres_changes_total_subscriptions',
    'Tables and filters that are followed.',
    () => [[OF_POSTGRES, feed.following().subscriptions]],
  );
}
