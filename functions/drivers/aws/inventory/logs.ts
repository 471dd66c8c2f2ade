import type { LogStreams } from '../log-streams.ts';
import type { Source } from './source.ts';

/** Streams expire by themselves, and a group of all projects has too many to list: they tell of no orphan. */
export function ofLogs(logs: LogStreams): Source {
  return {
    list: async (ref) => (await logs.list(ref)).map((name) => ({ kind: 'logs:stream', name })),
    refs: () => Promise.resolve([]),
  };
}
