import type { SupabaseClient } from '@supabase/supabase-js';
import { outcomeOf } from '../sending/outcome.ts';
import type { Outcome, SendError, Sent } from '../sending/outbox.ts';

/** Calls one of the pack's functions; what it answers is read, never believed. */
export async function call<Value>(
  client: SupabaseClient,
  name: string,
  input: Readonly<Record<string, unknown>>,
  read: (value: unknown) => Value | undefined,
): Promise<Outcome<Value>> {
  const { status, data, error } = await client.rpc(name, input);
  const answer: unknown = data;
  const value = error === null ? read(answer) : undefined;
  return outcomeOf({ status, data: value ?? null, error });
}

const UNANSWERED: SendError = {
  code: '',
  message: 'The server did not answer; the connection may be gone.',
  hint: 'unanswered',
};

/** Of something that is not sent again by itself. */
export function once<Value>(outcome: Outcome<Value>): Sent<Value> {
  switch (outcome.kind) {
    case 'done':
      return { ok: true, value: outcome.value };
    case 'refused':
      return { ok: false, error: outcome.error };
    case 'unanswered':
      return { ok: false, error: UNANSWERED };
  }
}
