import { randomBytes } from 'node:crypto';
import type { Present, PresenceDiff } from '../channels/presence.ts';
import type { Topic, TopicKey } from '../channels/topic.ts';
import type { Neighbours, Topics } from '../channels/topics.ts';
import { parseJson } from '../protocol/message.ts';
import type { Broadcast } from '../protocol/broadcast.ts';
import type { Bus } from './bus.port.ts';
import { bodyOf, broadcastIn, Diff, type Head, seal, sealBroadcast, Snapshot, unseal } from './envelope.ts';

/** Signs of life in the time after which whoever gave none is dead. */
const BEATS = 3;
/** How long a snapshot may take; who has sent none then has nobody in the topic any more. */
const PATIENCE_MS = 2000;

export interface ClusterOptions {
  readonly projectRef: string;
  readonly topics: Topics;
  readonly bus: Bus;
  /** Whoever was not heard for as long is dead, and their clients with them. */
  readonly deadAfterMs: number;
  /** Messages from other processes that went to clients of this one. */
  readonly delivered: (kind: 'broadcast' | 'presence', clients: number) => void;
}

/**
 * The processes that serve one project. Each tells the others, topic by topic, what its clients send and who of them
 * is present. Nothing is stored anywhere: what somebody missed they ask for, and what nobody answers for is gone.
 */
export class Cluster implements Neighbours {
  readonly #node = randomBytes(9).toString('base64url');
  readonly #topics: Topics;
  readonly #bus: Bus;
  readonly #delivered: ClusterOptions['delivered'];
  readonly #deadAfterMs: number;
  readonly #prefix: string;
  /** Other processes: which of their epochs is known, and when they were last heard. */
  readonly #others = new Map<string, { epoch: number; heard: number }>();
  readonly #beat: NodeJS.Timeout;
  /** Topics in which a process was asked who is present, and has not answered yet. */
  readonly #asked = new Set<{ readonly node: string; readonly topics: Set<Topic>; timer?: NodeJS.Timeout }>();
  #epoch = 0;

  constructor({ projectRef, topics, bus, deadAfterMs, delivered }: ClusterOptions) {
    this.#topics = topics;
    this.#bus = bus;
    this.#delivered = delivered;
    this.#deadAfterMs = deadAfterMs;
    this.#prefix = `realtime:${projectRef}:`;
    bus.subscribe(this.#channelOfNodes());
    bus.open({
      message: (channel, message) => this.#hear(channel, message),
      connected: () => this.#catchUp(),
    });
    this.#beat = setInterval(() => this.#tick(), deadAfterMs / BEATS).unref();
  }

  get size(): number {
    return this.#others.size;
  }

  enter(key: TopicKey): void {
    this.#bus.subscribe(this.#channelOf(key), () => this.#say(key, { node: this.#node, kind: 'query' }));
  }

  leave(key: TopicKey): void {
    this.#bus.unsubscribe(this.#channelOf(key));
  }

  broadcast(key: TopicKey, broadcast: Broadcast): void {
    this.#bus.publish(this.#channelOf(key), sealBroadcast(this.#node, broadcast));
  }

  presence(key: TopicKey, diff: PresenceDiff): void {
    this.#say(key, { node: this.#node, kind: 'presence' }, bodyOf(diff));
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    for (const { timer } of this.#asked) clearTimeout(timer);
    this.#bus.publish(this.#channelOfNodes(), seal({ node: this.#node, kind: 'gone' }));
    await this.#bus.close();
  }

  #say(key: TopicKey, head: Head, body?: Buffer): void {
    this.#bus.publish(this.#channelOf(key), seal(head, body));
  }

  /** Others may have missed this process, and it them. */
  #catchUp(): void {
    this.#epoch += 1;
    this.#tellAlive();
    for (const node of this.#others.keys()) this.#reconcile(node);
  }

  #tellAlive(): void {
    const head = { node: this.#node, kind: 'alive', epoch: this.#epoch } as const;
    this.#bus.publish(this.#channelOfNodes(), seal(head));
  }

  #tick(): void {
    this.#tellAlive();
    const oldest = performance.now() - this.#deadAfterMs;
    for (const [node, { heard }] of this.#others) if (heard < oldest) this.#bury(node);
  }

  #bury(node: string): void {
    this.#others.delete(node);
    for (const topic of this.#topics.all()) this.#replace(topic, node, []);
  }

  /** Asks what a process has in each topic, and forgets what it no longer answers for. */
  #reconcile(node: string): void {
    const topics = [...this.#topics.all()];
    for (const { key } of topics) this.#say(key, { node: this.#node, kind: 'query' });
    const present = topics.filter(({ presence }) => presence.of(node).length > 0);
    if (present.length === 0) return;
    const asked: { node: string; topics: Set<Topic>; timer?: NodeJS.Timeout } = {
      node,
      topics: new Set(present),
    };
    this.#asked.add(asked);
    asked.timer = setTimeout(() => {
      this.#asked.delete(asked);
      for (const topic of asked.topics) this.#replace(topic, node, []);
    }, PATIENCE_MS).unref();
  }

  #hear(channel: string, message: Buffer): void {
    const opened = unseal(message);
    if (opened === undefined || opened.head.node === this.#node) return;
    const { head, body } = opened;
    if (head.kind === 'gone') return this.#bury(head.node);
    const known = this.#others.get(head.node);
    const epoch = head.kind === 'alive' ? head.epoch : (known?.epoch ?? -1);
    this.#others.set(head.node, { epoch, heard: performance.now() });
    if (head.kind === 'alive') {
      if (known?.epoch === epoch) return;
      // Whoever is new does not know of this process either.
      if (known === undefined) this.#tellAlive();
      return this.#reconcile(head.node);
    }
    const topic = this.#topicOf(channel);
    if (topic !== undefined) this.#hearIn(topic, head, body);
  }

  #hearIn(topic: Topic, head: Head, body: Buffer): void {
    const { node, kind } = head;
    if (kind === 'query') {
      const own = topic.presence.of('');
      return this.#say(topic.key, { node: this.#node, kind: 'snapshot' }, bodyOf(own));
    }
    if (kind === 'snapshot') {
      const snapshot = Snapshot.safeParse(parseJson(body.toString()));
      if (snapshot.success) this.#replace(topic, node, ofNode(node, snapshot.data));
      return;
    }
    if (kind === 'presence') {
      const diff = Diff.safeParse(parseJson(body.toString()));
      if (!diff.success) return;
      const { joins, leaves } = diff.data;
      return this.#apply(topic, { joins: ofNode(node, joins), leaves: ofNode(node, leaves) });
    }
    const broadcast = broadcastIn(head, body);
    if (broadcast !== undefined)
      this.#delivered('broadcast', this.#topics.broadcastHere(topic.key, broadcast));
  }

  #replace(topic: Topic, node: string, present: readonly Present[]): void {
    for (const asked of this.#asked) if (asked.node === node) asked.topics.delete(topic);
    const before = topic.presence.of(node);
    const refs = new Set(present.map(({ meta }) => meta.phx_ref));
    const leaves = before.filter(({ meta }) => !refs.has(meta.phx_ref));
    this.#apply(topic, { joins: present, leaves });
  }

  #apply(topic: Topic, diff: PresenceDiff): void {
    this.#delivered('presence', this.#topics.changePresenceHere(topic, diff));
  }

  #channelOfNodes(): string {
    return `${this.#prefix}nodes`;
  }

  #channelOf(key: TopicKey): string {
    return `${this.#prefix}${key.private ? 'private' : 'public'}:${key.name}`;
  }

  #topicOf(channel: string): Topic | undefined {
    const [, kind, name] = /^(private|public):([^]*)$/.exec(channel.slice(this.#prefix.length)) ?? [];
    return name === undefined ? undefined : this.#topics.find({ name, private: kind === 'private' });
  }
}

function ofNode(node: string, present: readonly Omit<Present, 'node'>[]): readonly Present[] {
  return present.map(({ key, meta }) => ({ key, node, meta }));
}
