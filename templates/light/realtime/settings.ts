import type { SettingReader } from '../settings/reader.ts';

export type RealtimeSettings = ReturnType<typeof readRealtimeSettings>;

/** Names and defaults are those of Supabase's settings of Realtime. */
export function readRealtimeSettings(settings: SettingReader) {
  const limit = (name: string, fallback: number, max: number) =>
    settings.integer(`REALTIME_${name}`, fallback, { min: 1, max });
  return {
    suspended: settings.flag('REALTIME_SUSPEND', false),
    privateOnly: settings.flag('REALTIME_PRIVATE_ONLY', false),
    /** Whether channels that do not say are told who is present. */
    presence: settings.flag('REALTIME_PRESENCE_ENABLED', true),
    connections: limit('MAX_CONCURRENT_USERS', 200, 50_000),
    eventsPerSecond: limit('MAX_EVENTS_PER_SECOND', 100, 50_000),
    presenceEventsPerSecond: limit('MAX_PRESENCE_EVENTS_PER_SECOND', 100, 5000),
    joinsPerSecond: limit('MAX_JOINS_PER_SECOND', 100, 5000),
    channelsPerClient: limit('MAX_CHANNELS_PER_CLIENT', 100, 10_000),
    /** Supabase counts thousands. */
    payloadBytes: limit('MAX_PAYLOAD_SIZE_IN_KB', 3000, 10_000) * 1000,
    /** Where the processes of one project hear of each other. */
    redisUrl: readRedisUrl(settings),
    /** Whoever of them is silent for as long is taken for dead. */
    deadAfterMs: settings.integer('REALTIME_NODE_EXPIRY_SECONDS', 15, { min: 1, max: 300 }) * 1000,
  };
}

function readRedisUrl(settings: SettingReader): string | undefined {
  const url = settings.optionalText('REDIS_URL');
  if (url === undefined || /^rediss?:$/.test(URL.parse(url)?.protocol ?? '')) return url;
  settings.refuse('REDIS_URL', 'must be a redis:// or rediss:// URL.');
  return undefined;
}
