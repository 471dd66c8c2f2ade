const LOOK_MS = 5000;
/** Whoever was silent for 10 s is asked for a sign of life, and again. */
const LOOKS_BETWEEN_PINGS = 2;
/** Whoever was silent for 30 s is gone. */
const MOST_SILENT = 6;
/** A connection without a channel is ended after ten minutes, as Supabase does. */
const MOST_IDLE = 120;
const LOOKS_AT_EXPIRY_MS = 1000;

const NORMAL = 1000;

/** What is looked at of a client, and done about it. */
export interface Watched {
  silentFor: number;
  idleFor: number;
  readonly channels: { readonly size: number };
  ping(): void;
  cut(code: string): void;
  end(code: number, reason: string): void;
  /** `now`: in seconds since 1970. */
  endExpired(now: number): void;
  close(): void;
}

/** All clients of this process, as long as they are there. */
export class Clients<Client extends Watched> {
  readonly #clients = new Set<Client>();
  #timers: readonly NodeJS.Timeout[] = [];

  get size(): number {
    return this.#clients.size;
  }

  channels(): number {
    let channels = 0;
    for (const client of this.#clients) channels += client.channels.size;
    return channels;
  }

  all(): Iterable<Client> {
    return this.#clients;
  }

  add(client: Client): void {
    this.#clients.add(client);
    if (this.#timers.length > 0) return;
    this.#timers = [
      setInterval(() => this.#look(), LOOK_MS).unref(),
      setInterval(() => this.#endExpired(), LOOKS_AT_EXPIRY_MS).unref(),
    ];
  }

  remove(client: Client): void {
    this.#clients.delete(client);
    client.close();
    if (this.#clients.size > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  end(code: number, reason: string): void {
    for (const client of this.#clients) client.end(code, reason);
  }

  #look(): void {
    for (const client of this.#clients) {
      client.silentFor += 1;
      client.idleFor = client.channels.size === 0 ? client.idleFor + 1 : 0;
      if (client.silentFor > MOST_SILENT) client.cut('Silent');
      else if (client.idleFor > MOST_IDLE) client.end(NORMAL, 'No channel was joined.');
      else if (client.silentFor % LOOKS_BETWEEN_PINGS === 0) client.ping();
    }
  }

  #endExpired(): void {
    const now = Date.now() / 1000;
    for (const client of this.#clients) client.endExpired(now);
  }
}
