import { createClient, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import type { RunningProject } from './running-project.ts';

export const VERSIONS = ['1.0.0', '2.0.0'] as const;
export type Version = (typeof VERSIONS)[number];

/** Clients of a project that are disconnected together. */
export class RealtimeClients implements AsyncDisposable {
  readonly #project: Pick<RunningProject, 'url' | 'setting'>;
  readonly #clients: SupabaseClient[] = [];

  constructor(project: Pick<RunningProject, 'url' | 'setting'>) {
    this.#project = project;
  }

  open(vsn: Version, options: { key?: string; url?: string } = {}): SupabaseClient {
    const { key = this.#project.setting('PUBLISHABLE_KEYS'), url = this.#project.url } = options;
    const client = createClient(url, key, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { vsn, reconnectAfterMs: () => 50 },
    });
    this.#clients.push(client);
    return client;
  }

  /** A client of a user. It has to know its token before it joins anything. */
  async openAs(token: string, vsn: Version = '2.0.0'): Promise<SupabaseClient> {
    const client = this.open(vsn);
    await client.realtime.setAuth(token);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.realtime.disconnect()));
  }
}

/** SUBSCRIBED, or why not. */
export function subscribed(channel: RealtimeChannel): Promise<string> {
  return new Promise((resolve) => {
    channel.subscribe((status, error) => resolve(error?.message ?? status));
  });
}

/** What a channel has heard of an event, and what it hears next. */
export function listen(channel: RealtimeChannel, event: string) {
  const heard: unknown[] = [];
  const waiting: (() => void)[] = [];
  channel.on('broadcast', { event }, (message) => {
    heard.push(message);
    for (const go of waiting.splice(0)) go();
  });
  return {
    heard,
    async until(count: number): Promise<unknown[]> {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return heard;
    },
  };
}

/** The next message of the system about a channel. */
export function systemMessage(channel: RealtimeChannel): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    channel.on('system', {}, (message: Record<string, unknown>) => resolve(message));
  });
}
