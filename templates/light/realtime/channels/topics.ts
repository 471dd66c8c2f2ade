import type { Broadcast } from '../protocol/broadcast.ts';
import { diffJson, isNothing, type PresenceDiff } from './presence.ts';
import { type Listener, Topic, type TopicKey } from './topic.ts';

/** Other processes that serve the same project; without any, nothing is to be told. */
export interface Neighbours {
  /** This process now listens to the topic. */
  enter(key: TopicKey): void;
  /** It no longer does. */
  leave(key: TopicKey): void;
  broadcast(key: TopicKey, broadcast: Broadcast): void;
  presence(key: TopicKey, diff: PresenceDiff): void;
}

/** All topics that somebody has joined. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  #neighbours: Neighbours | undefined;

  connect(neighbours: Neighbours): void {
    this.#neighbours = neighbours;
  }

  all(): Iterable<Topic> {
    return this.#topics.values();
  }

  find(key: TopicKey): Topic | undefined {
    return this.#topics.get(idOf(key));
  }

  enter(key: TopicKey, listener: Listener): Topic {
    const id = idOf(key);
    let topic = this.#topics.get(id);
    if (topic === undefined) {
      topic = new Topic(key);
      this.#topics.set(id, topic);
      this.#neighbours?.enter(key);
    }
    topic.listeners.add(listener);
    return topic;
  }

  leave(topic: Topic, listener: Listener): void {
    topic.listeners.delete(listener);
    if (topic.listeners.size > 0) return;
    this.#topics.delete(idOf(topic.key));
    this.#neighbours?.leave(topic.key);
  }

  /** To everyone, wherever they are connected, but `except`; tells how many of them are connected here. */
  broadcast(key: TopicKey, broadcast: Broadcast, except?: Listener): number {
    this.#neighbours?.broadcast(key, broadcast);
    return this.broadcastHere(key, broadcast, except);
  }

  /** To the clients of this process alone. */
  broadcastHere(key: TopicKey, broadcast: Broadcast, except?: Listener): number {
    return this.find(key)?.send(broadcast, 'broadcast', except) ?? 0;
  }

  /** A change among this process's own clients. */
  changePresence(topic: Topic, diff: PresenceDiff): number {
    this.#neighbours?.presence(topic.key, diff);
    return this.changePresenceHere(topic, diff);
  }

  changePresenceHere(topic: Topic, diff: PresenceDiff): number {
    const news = topic.presence.apply(diff);
    if (isNothing(news)) return 0;
    return topic.send({ kind: 'event', event: 'presence_diff', json: diffJson(news) }, 'presence');
  }
}

function idOf(key: TopicKey): string {
  return `${key.private ? '-' : '+'}${key.name}`;
}
