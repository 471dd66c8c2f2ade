import type { Outcome } from './outbox.ts';

/** What supabase-js answers, as far as it matters here. `status` 0: no answer came at all. */
export interface Answer<Value> {
  readonly status: number;
  readonly data: Value | null;
  readonly error: {
    readonly code?: string | undefined;
    readonly message: string;
    readonly hint?: string | null | undefined;
  } | null;
}

/** A time-out on the way and a server that is not there say nothing about what happened. */
const says = (status: number) => status >= 200 && status < 500 && status !== 408;

/** Whether the server took it, refused it, or is to be asked again. */
export function outcomeOf<Value>({ status, data, error }: Answer<Value>): Outcome<Value> {
  if (!says(status)) return { kind: 'unanswered' };
  if (error === null && data !== null) return { kind: 'done', value: data };
  const { code = '', message = 'the server answered nothing', hint = null } = error ?? {};
  return { kind: 'refused', error: { code, message, hint } };
}
