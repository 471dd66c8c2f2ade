type Level = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

/**
 * Writes at once what is logged in one turn of the event loop: whoever reads a pipe is woken by each writing. What is
 * left at the end of the process is for `flush`.
 */
export function inTurns(write: (text: string) => void): {
  write(line: string, level: Level): void;
  flush(): void;
} {
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    write(line, level) {
      if (waiting === '') setImmediate(flush);
      waiting += line;
      // What went wrong may be the last that the process can tell.
      if (level === 'warn' || level === 'error') flush();
    },
    flush,
  };
}

/** One JSON object a line. Callers pass names and numbers, never a key, a token, a password or a query string. */
export function createLog(service: string, write: (line: string, level: Level) => void): Log {
  return (level, message, fields = {}) =>
    write(
      `${JSON.stringify({ time: new Date().toISOString(), level, service, message, ...fields })}\n`,
      level,
    );
}

/** The same log, naming the part that writes. */
export function logOf(log: Log, service: string): Log {
  return (level, message, fields) => log(level, message, { service, ...fields });
}

/** What an error may show in a log: its kind and its code. A database's message can quote a row's values. */
export function describeError(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { error: error.name, ...code };
}

/**
 * lite writes to the console: errors of the database with a row's values, mails with their codes. Of an error the
 * log keeps its kind; all else is dropped, since each request has its own line.
 */
export function captureConsole(log: Log, target: Console): void {
  for (const method of ['debug', 'log', 'info', 'warn', 'error'])
    Reflect.set(target, method, (...values: unknown[]) => {
      const error = values.find((value) => value instanceof Error);
      if (error !== undefined) log('warn', 'reported by lite', describeError(error));
    });
}
