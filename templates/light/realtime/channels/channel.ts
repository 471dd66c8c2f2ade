import type { ChannelRights } from '../ports.ts';
import { type Broadcast, encodeBroadcast } from '../protocol/broadcast.ts';
import { isObject } from '../protocol/message.ts';
import type { Serializer } from '../protocol/serializer.ts';
import { Changes, numbered } from './changes.ts';
import type { JoinConfig } from './join-config.ts';
import { type Line, type Place, push, pushClose, reply } from './line.ts';
import { type Present, presenceRef } from './presence.ts';
import type { Realm } from './realm.ts';
import { mayNotRead, type Refusal } from './refusal.ts';
import { rightsOf } from './rights.ts';
import { expiredAt, type Identity } from './tokens.ts';
import type { Hearing, Listener, Topic, TopicKey } from './topic.ts';

export interface Joined {
  readonly place: Place;
  readonly key: TopicKey;
  readonly config: JoinConfig;
  readonly identity: Identity;
  /** Undefined in a public channel, where everybody may do everything. */
  readonly rights: ChannelRights | undefined;
  /** Of messages that the client has been sent again. */
  readonly replayed: ReadonlySet<string>;
}

/** A topic that one client has joined. */
export class Channel implements Listener {
  readonly serializer: Serializer;
  readonly #realm: Realm;
  readonly #line: Line;
  readonly #joined: Joined;
  readonly #topic: Topic;
  #identity: Identity;
  #rights: ChannelRights | undefined;
  #token: string | undefined;
  #presence: boolean;
  #present: Present | undefined;
  #said = '';
  #changes: Changes | undefined;
  #closed = false;

  constructor(realm: Realm, line: Line, joined: Joined) {
    this.#realm = realm;
    this.#line = line;
    this.#joined = joined;
    this.serializer = line.serializer;
    this.#identity = joined.identity;
    this.#rights = joined.rights;
    this.#token = joined.config.token;
    this.#presence = joined.config.presence.enabled || realm.settings.presence;
    this.#topic = realm.topics.enter(joined.key, this);
  }

  get place(): Place {
    return this.#joined.place;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Answers the join, and begins what it asked for. */
  open(ref: string | null, missed: readonly Broadcast[]): void {
    const changes = numbered(this.#joined.config.changes);
    this.#reply(ref, 'ok', { postgres_changes: changes });
    for (const broadcast of missed) {
      const frame = encodeBroadcast(this.serializer, this.#topic.name, broadcast);
      if (frame !== undefined) this.write(frame);
    }
    this.#syncPresence();
    if (changes.length === 0) return;
    this.#changes = new Changes(this.#realm, changes, this.#identity.claims, (status, message) =>
      this.#system('postgres_changes', status, message),
    );
    void this.#changes.open((ids, json) => {
      this.#realm.meter.sent.postgres_changes += 1;
      this.write(this.#topic.changeFrame(this.serializer, ids, json));
    });
  }

  hears(what: Hearing, broadcast: Broadcast): boolean {
    if (this.#closed) return false;
    if (what === 'presence') return this.#presence && this.#rights?.presence.read !== false;
    if (this.#rights?.broadcast.read === false) return false;
    const { replayed } = this.#joined;
    return replayed.size === 0 || broadcast.kind !== 'user' || !replayed.has(broadcast.id ?? '');
  }

  write(frame: Buffer): void {
    this.#line.write(frame);
  }

  /** `size`: of the payload, in bytes. */
  broadcast(broadcast: Broadcast, size: number, ref: string | null): void {
    const { meter, rates, settings, topics } = this.#realm;
    const { ack, self } = this.#joined.config;
    meter.received.broadcast += 1;
    if (this.#rights?.broadcast.write === false) {
      if (ack)
        this.#reply(ref, 'error', {
          reason: `You do not have permissions to write to this Channel topic: ${this.#topic.key.name}`,
        });
      return;
    }
    if (!rates.events.take()) return this.shutdown('Too many messages per second');
    if (size > settings.payloadBytes) {
      meter.error('PayloadSizeExceeded');
      if (ack) this.#reply(ref, 'error', { reason: 'Payload size exceeded' });
      return;
    }
    meter.sent.broadcast += topics.broadcast(this.#topic.key, broadcast, self ? undefined : this);
    if (ack) this.#reply(ref, 'ok');
  }

  presence(payload: unknown, ref: string | null): void {
    this.#realm.meter.received.presence += 1;
    const { event, payload: said = {} } = isObject(payload) ? payload : {};
    const wish = typeof event === 'string' ? event.toLowerCase() : undefined;
    if (wish === undefined) return this.#reply(ref, 'ok');
    if (wish === 'track') return this.#track(said, ref);
    if (wish !== 'untrack') return this.#reply(ref, 'error');
    this.#untrack();
    this.#reply(ref, 'ok');
  }

  #track(said: unknown, ref: string | null): void {
    const { settings, rates, meter, topics } = this.#realm;
    if (this.#rights?.presence.write === false) return this.#reply(ref, 'error');
    if (!isObject(said)) return this.#reply(ref, 'error', { reason: 'Presence track payload must be a map' });
    const text = JSON.stringify(said);
    if (this.#present !== undefined && text === this.#said) return this.#reply(ref, 'ok');
    if (Buffer.byteLength(text) > settings.payloadBytes) return this.shutdown('Track message size exceeded');
    if (!rates.presence.take()) return this.shutdown('Too many presence messages per second');
    const before = this.#present;
    const previous = before === undefined ? {} : { phx_ref_prev: before.meta.phx_ref };
    const meta = { ...said, ...previous, phx_ref: presenceRef() };
    this.#present = { key: this.#joined.config.presence.key, node: '', meta };
    this.#said = text;
    const diff = { joins: [this.#present], leaves: before === undefined ? [] : [before] };
    meter.sent.presence += topics.changePresence(this.#topic, diff);
    this.#reply(ref, 'ok');
    if (this.#presence) return;
    // Whoever shows that they are there is told who else is.
    this.#presence = true;
    this.#syncPresence();
  }

  #untrack(): void {
    if (this.#present === undefined) return;
    const diff = { joins: [], leaves: [this.#present] };
    this.#present = undefined;
    this.#realm.meter.sent.presence += this.#realm.topics.changePresence(this.#topic, diff);
  }

  #syncPresence(): void {
    if (!this.#presence || this.#rights?.presence.read === false) return;
    push(this.#line, this.place, 'presence_state', this.#topic.presence.state());
  }

  /** The client has another token; until it is judged the old one holds. */
  async refresh(token: string, connection: Parameters<Realm['tokens']['identify']>[1]): Promise<void> {
    if (token === this.#token || token.startsWith('sb_')) return;
    if (!this.#realm.rates.events.take()) return this.shutdown('Too many messages per second');
    const identified = await this.#realm.tokens.identify(token, connection);
    if (this.#closed) return;
    if (!identified.ok) return this.refuse(identified.refusal);
    const { identity } = identified;
    const { key } = this.#joined;
    const judged = await rightsOf(this.#realm, key, identity.claims);
    if (this.#closed) return;
    if (!judged.ok) return this.refuse(judged.refusal);
    if (this.#rights !== undefined && judged.rights !== undefined) {
      const { broadcast, presence } = judged.rights;
      const lost =
        (this.#rights.broadcast.read && !broadcast.read) || (this.#rights.presence.read && !presence.read);
      if (lost)
        return this.shutdown(`You no longer have permission to read from this Channel topic: ${key.name}`);
      if (!broadcast.read && !presence.read) return this.refuse(mayNotRead(key.name));
    }
    this.#token = token;
    this.#identity = identity;
    this.#rights = judged.rights;
    this.#changes?.changeClaims(identity.claims);
  }

  /** `now`: in seconds since 1970. */
  endIfExpired(now: number): void {
    if (this.#identity.expiresAt <= now) this.refuse(expiredAt(this.#identity.expiresAt));
  }

  /** Changes may have been missed. */
  tellOfGap(): void {
    this.#changes?.established();
  }

  refuse({ code, message }: Refusal): void {
    this.#realm.meter.error(code);
    this.shutdown(message);
  }

  shutdown(message: string): void {
    this.#system('system', 'error', message);
    this.#realm.log('info', 'channel ended by the server', { reason: message });
    this.close();
    pushClose(this.#line, this.place);
  }

  leave(ref: string | null): void {
    this.close();
    this.#reply(ref, 'ok');
    pushClose(this.#line, this.place);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#changes?.close();
    this.#untrack();
    this.#realm.topics.leave(this.#topic, this);
  }

  #system(extension: string, status: 'ok' | 'error', message: string): void {
    push(this.#line, this.place, 'system', { extension, status, message, channel: this.#topic.key.name });
  }

  #reply(ref: string | null, status: 'ok' | 'error', response: object = {}): void {
    reply(this.#line, this.place, ref, status, response);
  }
}
