import { Redis } from 'ioredis';
import { describeError, type Log } from '../../server/log.ts';
import type { Bus } from './bus.port.ts';

const LONGEST_PAUSE_MS = 2000;

/** The bus that Redis or Valkey is. While it is away it tries to reach it again, and nothing waits for it. */
export class RedisBus implements Bus {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #log: Log;
  readonly #channels = new Set<string>();

  constructor(url: string, log: Log) {
    this.#log = log;
    const connect = () => {
      const redis = new Redis(url, {
        enableOfflineQueue: false,
        autoResubscribe: false,
        maxRetriesPerRequest: 0,
        retryStrategy: (times) => Math.min(times * 100, LONGEST_PAUSE_MS),
      });
      redis.on('error', (error) => log('warn', 'redis is away', describeError(error)));
      return redis;
    };
    this.#publisher = connect();
    this.#subscriber = connect();
  }

  open(listen: Parameters<Bus['open']>[0]): void {
    this.#subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) =>
      listen.message(channel.toString(), message),
    );
    const connected = () => {
      if (this.#publisher.status === 'ready' && this.#subscriber.status === 'ready') listen.connected();
    };
    this.#publisher.on('ready', connected);
    this.#subscriber.on('ready', () => {
      if (this.#channels.size === 0) return connected();
      this.#ask(this.#subscriber.subscribe(...this.#channels).then(connected));
    });
  }

  subscribe(channel: string, then?: () => void): void {
    this.#channels.add(channel);
    if (this.#subscriber.status === 'ready') this.#ask(this.#subscriber.subscribe(channel).then(then));
  }

  unsubscribe(channel: string): void {
    this.#channels.delete(channel);
    if (this.#subscriber.status === 'ready') this.#ask(this.#subscriber.unsubscribe(channel));
  }

  publish(channel: string, message: Buffer): void {
    if (this.#publisher.status === 'ready') this.#ask(this.#publisher.publish(channel, message));
  }

  async close(): Promise<void> {
    // What was published last is to leave first.
    if (this.#publisher.status === 'ready') await this.#publisher.quit().catch(() => undefined);
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  #ask(asked: Promise<unknown>): void {
    asked.catch((error: unknown) => this.#log('warn', 'redis did not answer', describeError(error)));
  }
}
