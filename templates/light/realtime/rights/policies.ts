import { describeError, type Log } from '../../server/log.ts';
import type { ChannelPolicies, ChannelRights } from '../ports.ts';
import { type CallerSessions, callerOf, refusalOf, type Statement } from './caller-sessions.ts';

const EXTENSIONS = ['broadcast', 'presence'] as const;

const write = (topic: string, extension: string): Statement => ({
  text: `insert into realtime.messages (topic, extension, private) values ($1, $2, true)`,
  values: [topic, extension],
});

/**
 * Rights in a private channel are found out by trying: whether a row of the channel's topic can be read, and whether
 * one can be written, for each extension. All of it is undone. A policy that fails gives no right.
 */
export function createChannelPolicies(sessions: CallerSessions, log: Log): ChannelPolicies {
  return {
    async rightsIn(topic, claims): Promise<ChannelRights> {
      const outcomes = await sessions.attempt(callerOf(claims), {
        topic,
        before: { text: 'select realtime.probe_channel($1)', values: [topic] },
        statements: [
          { text: 'savepoint attempt' },
          {
            text: `select extension from realtime.messages
              where topic = $1 and event is null and inserted_at >= (now() at time zone 'utc') - interval '1 minute'`,
            values: [topic],
          },
          ...EXTENSIONS.flatMap((extension) => [{ text: 'rollback to attempt' }, write(topic, extension)]),
        ],
      });
      const [, read, , broadcast, , presence] = outcomes;
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected' && refusalOf(outcome.reason) !== '42501')
          log('warn', 'a policy on realtime.messages failed', describeError(outcome.reason));
      }
      const readable = read?.status === 'fulfilled' ? read.value.map((row) => row['extension']) : [];
      return {
        broadcast: { read: readable.includes('broadcast'), write: broadcast?.status === 'fulfilled' },
        presence: { read: readable.includes('presence'), write: presence?.status === 'fulfilled' },
      };
    },
  };
}
