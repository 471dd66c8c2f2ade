import type { Broadcast } from '../protocol/broadcast.ts';
import { encodeBroadcast } from '../protocol/broadcast.ts';
import type { Serializer } from '../protocol/serializer.ts';
import { Presence } from './presence.ts';

/** What a topic has to know of a channel that joined it. */
export interface Listener {
  readonly serializer: Serializer;
  hears(what: Hearing, broadcast: Broadcast): boolean;
  write(frame: Buffer): void;
}

export type Hearing = 'broadcast' | 'presence';

/** Private topics and public ones of the same name are different ones. */
export interface TopicKey {
  readonly name: string;
  readonly private: boolean;
}

/** Of what clients call channels of Realtime; the rest is the topic. */
export const PREFIX = 'realtime:';

/** Everyone who has joined a topic in this process, and who is present in it anywhere. */
export class Topic {
  readonly key: TopicKey;
  /** As clients know it. */
  readonly name: string;
  readonly listeners = new Set<Listener>();
  readonly presence = new Presence();
  #change: { json: string; ids: string; serializer: Serializer; frame: Buffer } | undefined;

  constructor(key: TopicKey) {
    this.key = key;
    this.name = `${PREFIX}${key.name}`;
  }

  /** Sends to all but one, encoding once for each version; tells how many were sent it. */
  send(broadcast: Broadcast, hearing: Hearing, except?: Listener): number {
    const frames = new Map<Serializer, Buffer | undefined>();
    let sent = 0;
    for (const listener of this.listeners) {
      if (listener === except || !listener.hears(hearing, broadcast)) continue;
      const { serializer } = listener;
      let frame = frames.get(serializer);
      if (frame === undefined && !frames.has(serializer)) {
        frame = encodeBroadcast(serializer, this.name, broadcast);
        frames.set(serializer, frame);
      }
      if (frame === undefined) continue;
      listener.write(frame);
      sent += 1;
    }
    return sent;
  }

  /** A change in the database. Those who want the same are written the same frame. */
  changeFrame(serializer: Serializer, ids: readonly number[], json: string): Buffer {
    const known = this.#change;
    const wanted = ids.join();
    if (known?.json === json && known.ids === wanted && known.serializer === serializer) return known.frame;
    const head = { joinRef: null, ref: null, topic: this.name, event: 'postgres_changes' };
    const frame = serializer.encode(head, `{"ids":[${wanted}],"data":${json}}`);
    this.#change = { json, ids: wanted, serializer, frame };
    return frame;
  }
}
