/** An answer that is all there. It costs much less than a `Response`, whose body has to be a stream. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Answer = Response | Reply;

export function isReply(answer: Answer): answer is Reply {
  return !(answer instanceof Response);
}
