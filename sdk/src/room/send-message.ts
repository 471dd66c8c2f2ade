import type { SupabaseClient } from '@supabase/supabase-js';
import { call } from '../messaging/call.ts';
import { type Message, field, readMessage } from '../messaging/rows.ts';
import type { Entry, Outcome } from '../sending/outbox.ts';

export interface NewMessage {
  /** 4,000 characters at most. */
  readonly body: string;
  /** A lower-case word. */
  readonly type: string;
  /** An object of at most 4 KB as JSON. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** For a store that outlasts the page: what an earlier version of a program may have left there. */
export function readNewMessage(value: unknown): NewMessage | undefined {
  const [body, type, metadata] = [field(value, 'body'), field(value, 'type'), field(value, 'metadata')];
  if (typeof body !== 'string' || typeof type !== 'string') return undefined;
  return typeof metadata === 'object' && metadata !== null
    ? { body, type, metadata: Object.fromEntries(Object.entries(metadata)) }
    : undefined;
}

/** Never in the name of somebody else: whoever wrote it must be signed in still. */
export async function sendMessage(
  client: SupabaseClient,
  {
    key,
    body: message,
    roomId,
    userId,
  }: Entry<NewMessage> & { readonly roomId: string; readonly userId: string },
): Promise<Outcome<Message>> {
  const { data } = await client.auth.getSession();
  if (data.session?.user.id !== userId) {
    const error = { code: '', hint: 'not_signed_in', message: 'Who wrote this is not signed in any more.' };
    return { kind: 'refused', error };
  }
  return call(client, 'send_message', { room_id: roomId, client_key: key, ...message }, readMessage);
}
