import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describeError, type Log } from '../server/log.ts';
import type { Config } from '../settings/config.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Listens on a channel for as long as the project runs, over whatever the database goes through. `onChange` is also
 * called after every (re)connection, since what was notified in between is lost.
 */
export function listenTo(
  config: Config,
  channel: string,
  onChange: () => void,
  log: Log,
): { close(): Promise<void> } {
  const stopped = new AbortController();

  async function listenOnce(): Promise<void> {
    const { host, port, database, password, roleSuffix } = config.postgres;
    const client = new Client({
      host,
      port,
      database,
      password,
      user: `authenticator${roleSuffix}`,
      application_name: 'light listener',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    const lost = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', () => resolve());
      stopped.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', onChange);
    try {
      await client.connect();
      await client.query(`listen "${channel}"`);
      onChange();
      await lost;
    } finally {
      await client.end();
    }
  }

  async function listenAlways(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!stopped.signal.aborted) {
      const began = performance.now();
      try {
        await listenOnce();
      } catch (error) {
        log('warn', 'not listening to the database', { channel, ...describeError(error) });
      }
      pause =
        performance.now() - began > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await delay(pause, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  }

  const listening = listenAlways();
  return {
    close() {
      stopped.abort();
      return listening;
    },
  };
}
