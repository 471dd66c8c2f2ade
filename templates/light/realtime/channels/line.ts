import type { Serializer } from '../protocol/serializer.ts';

/** The way to a client, as its channels see it. */
export interface Line {
  readonly serializer: Serializer;
  write(frame: Buffer): void;
}

/** Where in the conversation something is said. */
export interface Place {
  readonly joinRef: string | null;
  readonly topic: string;
}

export function reply(
  line: Line,
  { joinRef, topic }: Place,
  ref: string | null,
  status: 'ok' | 'error',
  response: object = {},
): void {
  const payload = JSON.stringify({ status, response });
  line.write(line.serializer.encode({ joinRef, ref, topic, event: 'phx_reply' }, payload));
}

export function push(line: Line, { joinRef, topic }: Place, event: string, payload: object): void {
  line.write(line.serializer.encode({ joinRef, ref: null, topic, event }, JSON.stringify(payload)));
}

/** Phoenix names the join that is over twice. */
export function pushClose(line: Line, { joinRef, topic }: Place): void {
  line.write(line.serializer.encode({ joinRef, ref: joinRef, topic, event: 'phx_close' }, '{}'));
}
