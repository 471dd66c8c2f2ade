/** The database could not be asked, or was lost before it answered; with PostgREST's codes for that. */
export class Unavailable extends Error {
  readonly code: 'PGRST001' | 'PGRST003';
  readonly status: 503 | 504;

  constructor(cause: unknown) {
    const isQueue = cause instanceof Error && cause.message === QUEUE_TIMEOUT;
    super(
      isQueue
        ? 'Timed out acquiring connection from connection pool.'
        : 'Could not connect with the database due to an internal error.',
      { cause },
    );
    this.code = isQueue ? 'PGRST003' : 'PGRST001';
    this.status = isQueue ? 504 : 503;
  }
}

/** pg's words when all connections stayed busy; it has no code for it. */
const QUEUE_TIMEOUT = 'timeout exceeded when trying to connect';
