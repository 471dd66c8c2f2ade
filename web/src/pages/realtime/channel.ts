import { wordsOf } from '../../api/error.ts';
import type { Service } from '../../api/service.ts';

export interface Heard {
  readonly id: number;
  readonly at: string;
  readonly event: string;
  readonly payload: unknown;
}

export type ChannelState = 'joining' | 'joined' | 'refused' | 'gone';

interface Listener {
  onState(state: ChannelState, why?: string): void;
  onMessage(message: Omit<Heard, 'id' | 'at'>): void;
}

const HEARTBEAT_MS = 25_000;

interface Frame {
  readonly topic: string;
  readonly event: string;
  readonly payload: Payload;
}

interface Payload {
  readonly status?: string;
  readonly response?: { readonly reason?: string };
  readonly event?: string;
  readonly payload?: unknown;
}

export interface Channel {
  send(event: string, payload: unknown): void;
  leave(): void;
}

/** By the older serializer, whose messages are JSON throughout. Joins a channel as the project's operator, who hears everything that is said in it. */
export async function joinChannel(
  { base, credentials }: Service,
  topic: string,
  listener: Listener,
): Promise<Channel> {
  const { apikey, token: first } = await credentials();
  let token = first;
  const address = new URL(`${base}/realtime/v1/websocket`);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = new URLSearchParams({ apikey, vsn: '1.0.0' }).toString();
  const socket = new WebSocket(address);
  const name = `realtime:${topic}`;
  let ref = 0;
  const push = (to: string, event: string, payload: unknown) => {
    ref += 1;
    socket.send(JSON.stringify({ topic: to, event, payload, ref: `${ref}`, join_ref: '1' }));
  };
  /** The channel would end with the token that it was joined with. */
  const renew = async () => {
    const { token: next } = await credentials();
    if (next === token || socket.readyState !== WebSocket.OPEN) return;
    token = next;
    push(name, 'access_token', { access_token: token });
  };
  const heart = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    push('phoenix', 'heartbeat', {});
    renew().catch((error: unknown) => listener.onState('joined', wordsOf(error).message));
  }, HEARTBEAT_MS);

  socket.addEventListener('open', () =>
    push(name, 'phx_join', {
      config: {
        broadcast: { ack: false, self: true },
        presence: { key: '', enabled: true },
        postgres_changes: [],
        private: false,
      },
      access_token: token,
    }),
  );
  socket.addEventListener('close', () => {
    clearInterval(heart);
    listener.onState('gone');
  });
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return;
    const { topic: of, event, payload }: Frame = JSON.parse(data);
    if (of !== name) return;
    if (event === 'phx_reply') {
      if (payload.status === 'ok') listener.onState('joined');
      else listener.onState('refused', payload.response?.reason);
    } else if (event === 'broadcast') {
      listener.onMessage({ event: payload.event ?? '', payload: payload.payload });
    } else if (event !== 'phx_close') {
      listener.onMessage({ event, payload });
    }
  });
  return {
    send: (event, payload) => push(name, 'broadcast', { type: 'broadcast', event, payload }),
    leave: () => socket.close(),
  };
}
