import { REALTIME_SUBSCRIBE_STATES, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import { field } from '../messaging/rows.ts';
import { Observed } from '../state/observed.ts';

export interface LiveState {
  /** Ids of the users whose clients say that they are here; what clients say of themselves is not proven. */
  readonly present: readonly string[];
  /** Ids of those who write at the moment, the caller not among them. */
  readonly typing: readonly string[];
}

/** One word in two seconds says it, and it is over a second after the next one has not come. */
const SAY_EVERY_MS = 2000;
const SHOWN_FOR_MS = 3000;

const EMPTY: LiveState = { present: [], typing: [] };

/** The topic on which clients speak to each other: who is here and who is typing. */
export class LiveChannel {
  readonly state = new Observed<LiveState>(EMPTY);
  readonly #client: SupabaseClient;
  readonly #topic: string;
  readonly userId: string;
  #channel: RealtimeChannel;
  readonly #ends = new Map<string, ReturnType<typeof setTimeout>>();
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(client: SupabaseClient, topic: string, userId: string) {
    this.#client = client;
    this.#topic = topic;
    this.userId = userId;
    this.#channel = this.#join();
  }

  /** What one may do in a channel is decided when it is joined: whoever becomes a member joins it anew. */
  async rejoin(): Promise<void> {
    await this.#client.removeChannel(this.#channel);
    this.#channel = this.#join();
  }

  #join(): RealtimeChannel {
    const channel = this.#client.channel(this.#topic, {
      config: { private: true, presence: { key: this.userId, enabled: true } },
    });
    return channel
      .on('presence', { event: 'sync' }, () => {
        const present = Object.keys(channel.presenceState()).toSorted();
        this.state.update((now) => ({ ...now, present }));
      })
      .on('broadcast', { event: 'typing' }, ({ payload }) => {
        const who = field(payload, 'user_id');
        if (typeof who === 'string' && who !== this.userId) this.#show(who);
      })
      .subscribe((status) => {
        if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) void channel.track({ user_id: this.userId });
        else this.state.update(() => EMPTY);
      });
  }

  /** To be called at every keystroke; the others are told now and then. */
  keystroke(): void {
    const now = performance.now();
    if (now - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now;
    void this.#channel.send({ type: 'broadcast', event: 'typing', payload: { user_id: this.userId } });
  }

  /** Whoever's message has come is not writing it any more. */
  wrote(userId: string): void {
    if (userId === this.userId) this.#saidAt = Number.NEGATIVE_INFINITY;
    this.#hide(userId);
  }

  async close(): Promise<void> {
    for (const timer of this.#ends.values()) clearTimeout(timer);
    this.#ends.clear();
    await this.#client.removeChannel(this.#channel);
    this.state.update(() => EMPTY);
  }

  #show(userId: string): void {
    clearTimeout(this.#ends.get(userId));
    this.#ends.set(
      userId,
      setTimeout(() => this.#hide(userId), SHOWN_FOR_MS),
    );
    this.state.update((now) =>
      now.typing.includes(userId) ? now : { ...now, typing: [...now.typing, userId] },
    );
  }

  #hide(userId: string): void {
    clearTimeout(this.#ends.get(userId));
    this.#ends.delete(userId);
    this.state.update((now) =>
      now.typing.includes(userId) ? { ...now, typing: now.typing.filter((one) => one !== userId) } : now,
    );
  }
}
