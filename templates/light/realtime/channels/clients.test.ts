import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clients, type Watched } from './clients.ts';

/** A client that keeps what was done to it. */
class Client implements Watched {
  silentFor = 0;
  idleFor = 0;
  readonly channels = new Map<string, unknown>([['a channel', {}]]);
  readonly done: string[] = [];
  readonly expiry: number[] = [];

  ping(): void {
    this.done.push('ping');
  }
  cut(code: string): void {
    this.done.push(code);
  }
  end(code: number): void {
    this.done.push(`end ${code}`);
  }
  endExpired(now: number): void {
    this.expiry.push(now);
  }
  close(): void {
    this.done.push('close');
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const clients = new Clients<Client>();
  const client = new Client();
  clients.add(client);
  return { clients, client };
}

test('a silent client is asked every ten seconds, and gone after half a minute', () => {
  const { client } = watched();
  vi.advanceTimersByTime(30_000);
  expect(client.done).toEqual(['ping', 'ping', 'ping']);
  vi.advanceTimersByTime(5000);
  expect(client.done).toEqual(['ping', 'ping', 'ping', 'Silent']);
});

test('one that is heard stays', () => {
  const { client } = watched();
  for (let heard = 0; heard < 20; heard += 1) {
    vi.advanceTimersByTime(25_000);
    client.silentFor = 0;
  }
  expect(client.done).not.toContain('Silent');
});

test('one without a channel is ended after ten minutes', () => {
  const { client } = watched();
  client.channels.clear();
  for (let passed = 0; passed < 605; passed += 5) {
    client.silentFor = 0;
    vi.advanceTimersByTime(5000);
  }
  expect(client.done).toEqual(['end 1000']);
});

test('tokens are looked at every second, and nothing is once everybody has left', () => {
  const { clients, client } = watched();
  vi.advanceTimersByTime(3000);
  expect(client.expiry).toHaveLength(3);
  clients.remove(client);
  expect(client.done).toEqual(['close']);
  expect(vi.getTimerCount()).toBe(0);
});
