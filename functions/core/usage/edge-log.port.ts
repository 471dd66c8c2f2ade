/** A stretch of a log, from its beginning up to and without its end. */
export interface LogWindow {
  readonly from: Date;
  readonly to: Date;
}

export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

export interface LogPage {
  readonly lines: readonly LogLine[];
  /** Set: there is more of the window, and how to ask for it. */
  readonly next: string | undefined;
}

/** What the edge of a cell has written of each request. A line may come in later than others of its time. */
export interface EdgeLog {
  /** `page`: what the page before it has said; one that is not known any more begins the window anew. */
  read(window: LogWindow, page: string | undefined): Promise<LogPage>;
}
