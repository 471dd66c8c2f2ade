/** A request as the server that took the connection knows it. */
export interface Received {
  readonly method: string;
  /** As it was sent, percent-encoding and all; without the query. */
  readonly path: string;
  /** As it was sent, from the question mark on. Empty: there is none. */
  readonly query: string;
  /** By its name in lower case. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** The client's address, never taken from a header that it can set. */
  readonly ip: string;
  /** Where that server has given the request an id already. */
  readonly requestId?: string;
}

/** What that server is to send. It adds the length, and leaves the body out where HTTP has none. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** Answers each request, and never fails: what goes wrong is an answer too. */
export type Serve = (received: Received) => Answer | Promise<Answer>;
