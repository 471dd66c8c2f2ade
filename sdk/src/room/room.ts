import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { call, once } from '../messaging/call.ts';
import {
  type Member,
  type Message,
  field,
  readAll,
  readMember,
  readMessage,
  truncatedId,
} from '../messaging/rows.ts';
import { type Entry, Outbox, type SendError, type Sent } from '../sending/outbox.ts';
import { type OutboxStore, inMemory } from '../sending/outbox-store.ts';
import { Observed } from '../state/observed.ts';
import { openDualChannel } from '../sync/dual-channel.ts';
import { SharedOpening } from '../sync/shared-opening.ts';
import { LiveChannel, type LiveState } from './live-channel.ts';
import { type NewMessage, sendMessage } from './send-message.ts';
import { withMessages, withoutMessage } from './timeline.ts';

export interface RoomState extends LiveState {
  /** `live`: nothing is missing. `behind`: the connection is gone; what was there is kept, and it is taken up again. */
  readonly status: 'closed' | 'joining' | 'live' | 'behind';
  /** Why it is not live, where that is known. */
  readonly error: string | undefined;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Written here and not taken by the server yet, oldest first. */
  readonly sending: readonly Entry<NewMessage>[];
  readonly members: readonly Member[];
  /** Whether there are messages before the first. */
  readonly hasOlder: boolean;
}

export interface RoomOptions {
  /** Where messages wait that could not be sent, for each user and room its own; in memory if it is not said. */
  readonly outbox?: (whose: { readonly userId: string; readonly roomId: string }) => OutboxStore<NewMessage>;
  /** Messages fetched at once, 200 at most. */
  readonly page?: number;
}

const CLOSED: RoomState = {
  status: 'closed',
  error: undefined,
  messages: [],
  sending: [],
  members: [],
  hasOlder: false,
  present: [],
  typing: [],
};

const NOT_OPEN: SendError = {
  code: '',
  hint: 'not_open',
  message: 'Open the room first, as somebody who is signed in.',
};

/** A room of the messaging pack: its messages, who is in it and who is there, kept up to date while it is open. */
export class Room {
  readonly id: string;
  readonly state = new Observed<RoomState>(CLOSED);
  readonly #client: SupabaseClient;
  readonly #options: RoomOptions;
  readonly #opening = new SharedOpening({ open: () => this.#start(), close: () => this.#stop() });
  #channel: RealtimeChannel | undefined;
  #live: LiveChannel | undefined;
  #outbox: Outbox<NewMessage, Message> | undefined;
  /** Up to this id nothing is missing. What is broadcast may come out of order or not at all, so it does not count. */
  #completeTo: number | undefined;

  constructor(client: SupabaseClient, id: string, options: RoomOptions = {}) {
    this.#client = client;
    this.id = id;
    this.#options = options;
  }

  /** Follows the room until the function that it answers is called. Several may have it open. */
  open(): () => Promise<void> {
    return this.#opening.take();
  }

  /** Enters a public room; a member already, it changes nothing. */
  async join(): Promise<Sent<Member>> {
    const joined = once(await call(this.#client, 'join_room', { room_id: this.id }, readMember));
    if (joined.ok) this.#putMember(joined.value);
    return joined;
  }

  async leave(): Promise<Sent<null>> {
    const { error } = await this.#client.rpc('leave_room', { room_id: this.id });
    if (error === null) return { ok: true, value: null };
    return { ok: false, error: { code: error.code, message: error.message, hint: error.hint } };
  }

  /** Shown among `sending` at once; kept and sent again until the server has taken or refused it. */
  send(message: Pick<NewMessage, 'body'> & Partial<NewMessage>): Promise<Sent<Message>> {
    if (this.#outbox === undefined) return Promise.resolve({ ok: false, error: NOT_OPEN });
    return this.#outbox.post({ type: 'text', metadata: {}, ...message }).sent;
  }

  /** To be called at every keystroke. */
  keystroke(): void {
    this.#live?.keystroke();
  }

  /** Fetches the page before the first message. */
  async older(): Promise<void> {
    const [first] = this.state.get().messages;
    if (first !== undefined && this.state.get().hasOlder) await this.#fetchBefore(first.id);
  }

  async #start(): Promise<void> {
    const { data } = await this.#client.auth.getSession();
    const userId = data.session?.user.id;
    this.#completeTo = undefined;
    this.#set({ ...CLOSED, status: 'joining' });
    if (userId === undefined) return this.#set({ status: 'behind', error: NOT_OPEN.message });
    this.#outbox = this.#openOutbox(userId);
    this.#live = new LiveChannel(this.#client, `room:${this.id}:live`, userId);
    this.#live.state.subscribe(() => this.#set(this.#live?.state.get() ?? {}));
    const filter = `room_id=eq.${this.id}`;
    this.#channel = openDualChannel(this.#client, {
      topic: `room:${this.id}`,
      events: {
        message: (payload) => this.#takeMessage(payload),
        member_joined: (payload) => this.#putMember(readMember(payload)),
        member_left: (payload) => this.#dropMember(field(payload, 'user_id')),
      },
      changes: [
        {
          table: 'messages',
          filter,
          put: (row) => this.#takeRow(row),
          drop: (row) => this.#dropMessage(field(row, 'id')),
        },
        { table: 'room_members', filter, put: (row) => this.#putMember(readMember(row)) },
      ],
      onLive: () => void this.#catchUp(),
      onBehind: (error) => this.#set({ status: 'behind', error }),
    });
  }

  async #stop(): Promise<void> {
    this.#outbox?.close();
    const channel = this.#channel;
    await Promise.all([this.#live?.close(), channel && this.#client.removeChannel(channel)]);
    this.#channel = undefined;
    this.#live = undefined;
    this.#outbox = undefined;
    this.#set({ status: 'closed', sending: [] });
  }

  #openOutbox(userId: string): Outbox<NewMessage, Message> {
    const outbox = new Outbox<NewMessage, Message>({
      store: this.#options.outbox?.({ userId, roomId: this.id }) ?? inMemory(),
      send: async (entry) => {
        const outcome = await sendMessage(this.#client, { roomId: this.id, userId, ...entry });
        if (outcome.kind === 'done') this.#putMessages([outcome.value]);
        return outcome;
      },
    });
    const show = () => this.#set({ sending: outbox.entries.get() });
    outbox.entries.subscribe(show);
    show();
    return outbox;
  }

  /** Ids grow in the order of commits, so what is missing is what comes after the last one that is here. */
  async #catchUp(): Promise<void> {
    this.#outbox?.retry();
    try {
      await Promise.all([this.#fetchMembers(), this.#fetchMissing()]);
      this.#set({ status: 'live', error: undefined });
    } catch (cause) {
      this.#set({ status: 'behind', error: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  async #fetchMissing(): Promise<void> {
    if (this.#completeTo === undefined) {
      this.#completeTo = (await this.#fetchBefore(null)) ?? 0;
      return;
    }
    for (;;) {
      const page = await this.#history({ after: this.#completeTo });
      this.#putMessages(page);
      this.#completeTo = page.at(-1)?.id ?? this.#completeTo;
      if (page.length < this.#page) return;
    }
  }

  /** Answers the newest id of the page. */
  async #fetchBefore(before: number | null): Promise<number | undefined> {
    const page = await this.#history({ before });
    this.#putMessages(page);
    this.#set({ hasOlder: page.length === this.#page });
    return page[0]?.id;
  }

  get #page(): number {
    return this.#options.page ?? 50;
  }

  async #history(from: Readonly<Record<string, number | null>>): Promise<readonly Message[]> {
    const { data, error } = await this.#client.rpc('room_history', {
      room_id: this.id,
      page: this.#page,
      ...from,
    });
    if (error !== null) throw new Error(error.message, { cause: error });
    return readAll(data, readMessage);
  }

  async #fetchMembers(): Promise<void> {
    const { data, error } = await this.#client.from('room_members').select().eq('room_id', this.id);
    if (error !== null) throw new Error(error.message, { cause: error });
    this.#set({ members: readAll(data, readMember) });
  }

  /** Rows come in the order of commits, so while nothing is missing the next one is the next. */
  #takeRow(row: unknown): void {
    const id = field(row, 'id');
    if (this.state.get().status === 'live' && typeof id === 'number') this.#completeTo = id;
    this.#takeMessage(row);
  }

  #takeMessage(payload: unknown): void {
    const message = readMessage(payload);
    if (message !== undefined) return this.#putMessages([message]);
    const id = truncatedId(payload);
    if (id !== undefined) void this.#fetchMessage(id);
  }

  /** If this fails, the row itself comes a moment later. */
  async #fetchMessage(id: number): Promise<void> {
    const { data } = await this.#client.from('messages').select().eq('id', id);
    this.#putMessages(readAll(data, readMessage));
  }

  #putMessages(more: readonly Message[]): void {
    for (const { user_id } of more) if (user_id !== null) this.#live?.wrote(user_id);
    this.state.update((now) => {
      const messages = withMessages(now.messages, more);
      return messages === now.messages ? now : { ...now, messages };
    });
  }

  #dropMessage(id: unknown): void {
    if (typeof id !== 'number') return;
    this.state.update((now) => ({ ...now, messages: withoutMessage(now.messages, id) }));
  }

  #putMember(member: Member | undefined): void {
    if (member === undefined) return;
    const others = this.state.get().members.filter(({ user_id }) => user_id !== member.user_id);
    const isNew = others.length === this.state.get().members.length;
    this.#set({ members: [...others, member] });
    if (isNew && member.user_id === this.#live?.userId) void this.#live.rejoin();
  }

  #dropMember(userId: unknown): void {
    this.state.update((now) => ({
      ...now,
      members: now.members.filter(({ user_id }) => user_id !== userId),
    }));
  }

  #set(change: Partial<RoomState>): void {
    this.state.update((now) => ({ ...now, ...change }));
  }
}
