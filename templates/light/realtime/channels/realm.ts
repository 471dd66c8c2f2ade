import type { Log } from '../../server/log.ts';
import type { DatabaseSide } from '../database.ts';
import type { DatabaseListening } from '../listening.ts';
import type { RealtimeMeter } from '../meter.ts';
import type { RealtimeSettings } from '../settings.ts';
import { Rate } from './rate.ts';
import type { Tokens } from './tokens.ts';
import type { Topics } from './topics.ts';

/** What all clients of a project share. */
export interface Realm {
  readonly settings: RealtimeSettings;
  readonly tokens: Tokens;
  readonly topics: Topics;
  readonly database: DatabaseSide;
  readonly listening: DatabaseListening;
  readonly meter: RealtimeMeter;
  readonly log: Log;
  readonly rates: { readonly events: Rate; readonly presence: Rate; readonly joins: Rate };
  /** Clients that have joined a channel. */
  readonly users: Set<object>;
}

export function ratesOf(settings: RealtimeSettings): Realm['rates'] {
  return {
    events: new Rate(settings.eventsPerSecond),
    presence: new Rate(settings.presenceEventsPerSecond),
    joins: new Rate(settings.joinsPerSecond),
  };
}
