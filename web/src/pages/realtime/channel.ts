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

type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: Payload];

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

/** Joins a channel as the project's operator, who hears everything that is said in it. */
export function joinChannel({ endpoint, key }: Service, topic: string, listener: Listener): Channel {
  const address = new URL('/realtime/v1/websocket', endpoint);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = new URLSearchParams({ apikey: key, vsn: '2.0.0' }).toString();
  const socket = new WebSocket(address);
  const name = `realtime:${topic}`;
  let ref = 0;
  const push = (to: string, event: string, payload: unknown) => {
    ref += 1;
    socket.send(JSON.stringify([to === name ? '1' : null, `${ref}`, to, event, payload]));
  };
  const heart = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) push('phoenix', 'heartbeat', {});
  }, HEARTBEAT_MS);

  socket.addEventListener('open', () =>
    push(name, 'phx_join', {
      config: {
        broadcast: { ack: false, self: true },
        presence: { key: '', enabled: true },
        postgres_changes: [],
        private: false,
      },
      access_token: key,
    }),
  );
  socket.addEventListener('close', () => {
    clearInterval(heart);
    listener.onState('gone');
  });
  socket.addEventListener('message', ({ data }) => {
    const read = typeof data === 'string' ? textFrame(data) : undefined;
    if (read === undefined || read.topic !== name) return;
    const { event, payload } = read;
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

function textFrame(text: string): { topic: string; event: string; payload: Payload } {
  const [, , topic, event, payload]: Frame = JSON.parse(text);
  return { topic, event, payload };
}
