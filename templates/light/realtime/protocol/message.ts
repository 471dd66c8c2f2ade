/** What a client sends or is sent, whatever the version of the serializer. */
export interface Message {
  /** Of the join that the message belongs to; version 1.0.0 has none. */
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A client's own event, whose payload nobody but other clients reads. */
export interface UserEvent {
  readonly event: string;
  readonly encoding: 'json' | 'binary';
  readonly payload: Buffer;
}

export type Decoded =
  | (Message & { readonly kind: 'message' })
  | (Omit<Message, 'event' | 'payload'> & {
      readonly kind: 'broadcast';
      readonly user: UserEvent;
      readonly metadata: unknown;
    });

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Clients number their messages; a reference that is none belongs to no answer. */
export function readRef(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}
