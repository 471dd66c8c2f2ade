import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Caller } from '../../gateway/caller.ts';
import { describeError } from '../../server/log.ts';
import { broadcastOf } from '../protocol/broadcast.ts';
import { PING_FRAME } from '../protocol/frame.ts';
import { type Decoded, isObject } from '../protocol/message.ts';
import type { Serializer } from '../protocol/serializer.ts';
import { Channel } from './channel.ts';
import { judgeJoin } from './join.ts';
import { type Line, pushClose, reply } from './line.ts';
import type { Realm } from './realm.ts';
import { reasonOf, TOO_MANY_JOINS } from './refusal.ts';
import { PREFIX } from './topic.ts';

/** What a client may send while something that it asked for is being decided; then its connection is not read. */
const MOST_WAITING = 64;

/** Codes of RFC 6455, 7.4.1. */
const INVALID = 1007;
const POLICY = 1008;

type Arrived = { readonly data: Buffer; readonly binary: boolean };

/** A WebSocket and the channels that were joined over it. */
export class Client implements Line {
  readonly serializer: Serializer;
  readonly caller: Caller;
  readonly channels = new Map<string, Channel>();
  /** Since when nothing was heard of it, in looks of whoever watches over it. */
  silentFor = 0;
  /** Since when it has no channel, likewise. */
  idleFor = 0;
  readonly #realm: Realm;
  readonly #mostUnsent: number;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  #waiting: Arrived[] | undefined;
  #open = true;

  constructor(
    realm: Realm,
    parts: {
      webSocket: WebSocket;
      socket: Duplex;
      serializer: Serializer;
      caller: Caller;
      mostUnsent: number;
    },
  ) {
    this.#realm = realm;
    this.#webSocket = parts.webSocket;
    this.#socket = parts.socket;
    this.serializer = parts.serializer;
    this.caller = parts.caller;
    this.#mostUnsent = parts.mostUnsent;
  }

  /** Frames are written past the WebSocket: it would make each of them anew. */
  write(frame: Buffer): void {
    if (!this.#open) return;
    if (this.#socket.writableLength > this.#mostUnsent) return this.cut('SlowReader');
    this.#socket.write(frame);
  }

  heard(): void {
    this.silentFor = 0;
  }

  receive(data: Buffer, binary: boolean): void {
    this.heard();
    if (!this.#open) return;
    if (this.#waiting === undefined) return this.#take({ data, binary });
    this.#waiting.push({ data, binary });
    if (this.#waiting.length >= MOST_WAITING) this.#webSocket.pause();
  }

  ping(): void {
    this.write(PING_FRAME);
  }

  /** Says good-bye first. */
  end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#webSocket.close(code, reason);
    // The client's good-bye comes after whatever else it has sent.
    this.#webSocket.resume();
  }

  /** Without a word: who does not read would not hear it. */
  cut(code: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#realm.meter.error(code);
    this.#realm.log('info', 'connection cut off', { reason: code });
    this.#webSocket.terminate();
  }

  /** The connection is gone. */
  close(): void {
    this.#open = false;
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
    this.#realm.users.delete(this);
  }

  /** `now`: in seconds since 1970. */
  endExpired(now: number): void {
    for (const channel of this.channels.values()) {
      channel.endIfExpired(now);
      this.#forgetIfClosed(channel);
    }
  }

  #take({ data, binary }: Arrived): void {
    const message = this.serializer.decode(data, binary);
    if (message === undefined) {
      this.#realm.meter.error('InvalidMessage');
      return this.end(INVALID, 'The message could not be understood.');
    }
    const decided = this.#answer(message, data.length);
    if (decided === undefined) return;
    this.#waiting = [];
    void decided
      .catch((error: unknown) => {
        this.#realm.log('error', 'a message failed', describeError(error));
        this.#realm.meter.error('UnknownError');
        this.end(1011, 'An unexpected error occurred.');
      })
      .then(() => this.#goOn());
  }

  #goOn(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const [at, arrived] of waiting.entries()) {
      if (!this.#open) return;
      this.#take(arrived);
      // The rest has to wait for this one.
      if (this.#waiting !== undefined) {
        this.#waiting = waiting.slice(at + 1);
        return;
      }
    }
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  /** What is decided later is a promise. */
  #answer(message: Decoded, size: number): Promise<void> | undefined {
    const { topic, ref } = message;
    const channel = this.channels.get(topic);
    if (message.kind === 'broadcast') {
      const { user } = message;
      if (channel === undefined) return this.#unmatched(message);
      channel.broadcast({ kind: 'user', user }, user.payload.length, ref);
      return this.#forgetIfClosed(channel);
    }
    const { event, payload, joinRef } = message;
    if (topic === 'phoenix' && event === 'heartbeat') return (reply(this, message, ref, 'ok'), undefined);
    if (event === 'phx_join') return this.#join(message);
    if (channel === undefined) {
      if (event !== 'phx_leave') return this.#unmatched(message);
      return (reply(this, message, ref, 'ok'), undefined);
    }
    if (event === 'phx_leave') {
      // It was of a join that is over, and has been told so.
      if (joinRef !== null && channel.place.joinRef !== null && joinRef !== channel.place.joinRef) return;
      channel.leave(ref);
    } else if (event === 'broadcast') channel.broadcast(broadcastOf(payload), size, ref);
    else if (event === 'presence') channel.presence(payload, ref);
    else if (event === 'access_token') {
      const token = isObject(payload) ? payload['access_token'] : undefined;
      if (typeof token === 'string')
        return channel.refresh(token, this.caller).then(() => this.#forgetIfClosed(channel));
    }
    return this.#forgetIfClosed(channel);
  }

  async #join(message: Decoded & { readonly kind: 'message' }): Promise<void> {
    const { topic, joinRef, ref, payload } = message;
    const place = { topic, joinRef };
    if (!topic.startsWith(PREFIX)) return this.#unmatched(message);
    const before = this.channels.get(topic);
    if (before !== undefined) {
      before.close();
      this.channels.delete(topic);
      pushClose(this, before.place);
    }
    const joiner = { caller: this.caller, channels: this.channels.size, seat: this };
    const result = await judgeJoin(this.#realm, joiner, place, payload);
    if (!this.#open) return;
    if (!result.ok) {
      const { code } = result.refusal;
      this.#giveUpSeatIfIdle();
      this.#realm.meter.error(code);
      this.#realm.log('info', 'join refused', { reason: code });
      reply(this, place, ref, 'error', { reason: reasonOf(result.refusal) });
      if (result.refusal === TOO_MANY_JOINS) this.end(POLICY, TOO_MANY_JOINS.message);
      return;
    }
    this.#realm.meter.joins += 1;
    const channel = new Channel(this.#realm, this, result.joined);
    this.channels.set(topic, channel);
    channel.open(ref, result.missed);
  }

  #unmatched(message: Decoded): undefined {
    reply(this, message, message.ref, 'error', { reason: 'unmatched topic' });
  }

  #forgetIfClosed(channel: Channel): undefined {
    if (!channel.closed) return;
    this.channels.delete(channel.place.topic);
    this.#giveUpSeatIfIdle();
  }

  #giveUpSeatIfIdle(): void {
    if (this.channels.size === 0) this.#realm.users.delete(this);
  }
}
