import type { Service, ServiceContext } from '../server/service.ts';
import { type Realm, ratesOf } from './channels/realm.ts';
import { createTokens } from './channels/tokens.ts';
import { Topics } from './channels/topics.ts';
import { Cluster } from './cluster/cluster.ts';
import { RedisBus } from './cluster/redis-bus.ts';
import { openDatabaseSide } from './database.ts';
import { createHttp } from './http/http.ts';
import { DatabaseListening } from './listening.ts';
import { publishToCustomer, RealtimeMeter } from './meter.ts';
import { databaseBroadcast } from './protocol/broadcast.ts';
import { createSockets } from './sockets.ts';

/** RFC 6455's successor registry at IANA: the service restarts, so clients try again. */
const SERVICE_RESTART = 1012;

/** Batches of messages; each of them is held to the limit of a payload. */
const MAX_BODY = 10 * 1000 * 1000;

export async function createRealtimeService(context: ServiceContext): Promise<Service> {
  const { config, log, metrics, customerMetrics } = context;
  const settings = config.realtime;
  const database = openDatabaseSide(context);
  const topics = new Topics();
  const meter = new RealtimeMeter();
  const listening = new DatabaseListening(database.messages, (message) => {
    const key = { name: message.topic, private: message.private };
    meter.sent.broadcast += topics.broadcastHere(key, databaseBroadcast(message));
  });
  const realm: Realm = {
    settings,
    tokens: createTokens(config),
    topics,
    database,
    listening,
    meter,
    log,
    rates: ratesOf(settings),
    users: new Set(),
  };
  const cluster = settings.redisUrl === undefined ? undefined : joinCluster(settings.redisUrl);
  const { clients, upgrade } = createSockets(realm, () => listening.follow(clients.size));
  publishToCustomer(customerMetrics, { connections: () => clients.size, feed: database.feed });
  meter.publish(metrics, { connections: () => clients.size, channels: () => clients.channels() });
  database.feed.onGap(() => {
    for (const client of clients.all()) for (const channel of client.channels.values()) channel.tellOfGap();
  });

  function joinCluster(url: string): Cluster {
    const joined = new Cluster({
      projectRef: config.projectRef,
      topics,
      bus: new RedisBus(url, log),
      deadAfterMs: settings.deadAfterMs,
      delivered: (kind, count) => (meter.sent[kind] += count),
    });
    topics.connect(joined);
    metrics.gauge('light_realtime_neighbours', 'Other processes of the project that are heard.', () => [
      [{}, joined.size],
    ]);
    return joined;
  }

  return {
    name: 'realtime',
    prefix: '/realtime/v1',
    maxBodyBytes: MAX_BODY,
    fetch: createHttp(realm, clients, () => clients.end(SERVICE_RESTART, 'Realtime was shut down')),
    upgrade,
    farewell: () => clients.end(SERVICE_RESTART, 'Realtime is restarting, please standby'),
    health: async () => ({ healthy: true }),
    async close() {
      await cluster?.close();
      await database.close();
    },
  };
}
